package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentResponse;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A complete call of Google's SDK with a canned response instead of the network. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {

    private final CannedClients clients = new CannedClients();

    @TearDown
    public void close() {
        clients.close();
    }

    /** The SDK alone. */
    @Benchmark
    public GenerateContentResponse bareSdk() {
        return call(clients.bare);
    }

    /** The SDK with a pool of ten keys. */
    @Benchmark
    public GenerateContentResponse withPool() {
        return call(clients.pooled);
    }

    private static GenerateContentResponse call(Client client) {
        return client.models.generateContent(Contenders.MODEL, Contenders.PROMPT, null);
    }
}
