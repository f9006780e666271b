package io.github.geminipool.benchmarks;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** All statistics of ten keys and five models, while another thread makes calls. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SnapshotBenchmark {

    private static final int MODELS = 5;
    private static final int CALLS = 200;

    private final CannedClients clients = new CannedClients();
    private volatile boolean over;
    private @Nullable Thread caller;

    @Setup
    public void begin() {
        for (int i = 0; i < MODELS * CALLS; i++) {
            call(i);
        }
        Thread thread = new Thread(this::callOn, "caller");
        thread.setDaemon(true);
        thread.start();
        caller = thread;
    }

    private void callOn() {
        for (int i = 0; !over; i++) {
            call(i);
        }
    }

    private void call(int number) {
        clients.pooled.models.generateContent("model-" + number % MODELS, Contenders.PROMPT, null);
    }

    @TearDown
    public void end() throws InterruptedException {
        over = true;
        Thread thread = caller;
        if (thread != null) {
            thread.join();
        }
        clients.close();
    }

    @Benchmark
    public void statistics(Blackhole read) {
        read.consume(clients.pool().stats());
        read.consume(clients.pool().keyStats());
    }
}
