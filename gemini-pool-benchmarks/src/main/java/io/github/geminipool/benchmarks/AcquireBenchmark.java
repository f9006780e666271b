package io.github.geminipool.benchmarks;

import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Chooses, leases and releases one of many keys. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AcquireBenchmark {

    /** Number of keys, each with its own project. */
    @Param({"1", "10", "100", "1000", "10000"})
    public int keys;

    /** Whether every second key is excluded. */
    @Param({"false", "true"})
    public boolean halfCoolingDown;

    /** Whether each project's requests and tokens are limited. */
    @Param({"false", "true"})
    public boolean quotas;

    private KeyPool pool = new KeyPool(1, false, false, SelectionStrategy.of(Selection.ADAPTIVE));

    @Setup
    public void makePool() {
        pool = new KeyPool(keys, halfCoolingDown, quotas, SelectionStrategy.of(Selection.ADAPTIVE));
    }

    @Benchmark
    public boolean acquireAndComplete() {
        return pool.acquireAndComplete();
    }
}
