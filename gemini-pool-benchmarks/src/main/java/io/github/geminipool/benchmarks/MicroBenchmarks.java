package io.github.geminipool.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Short versions of the JMH benchmarks: one fork each, a few short iterations. */
final class MicroBenchmarks {

    private static final String KEYS = "keys";
    private static final String HALF_COOLING_DOWN = "halfCoolingDown";
    private static final String QUOTAS = "quotas";

    /** The SDK and the pool have much code, and compiling it takes a processor that calls also need. */
    private static final int WARM_UP_OF_CALLS = 20;

    private MicroBenchmarks() {}

    /** Acquire and complete, by keys and threads, next to alternatives for a single key. */
    static List<Measured> acquireAndRivals() throws RunnerException {
        List<Measured> all = new ArrayList<>();
        for (int threads : new int[] {1, 4}) {
            all.addAll(acquire(threads, "false", "1", "10"));
            all.addAll(acquireOfMany(threads, "false", "100", "1000", "10000"));
            all.addAll(acquire(threads, "true", "10"));
            all.addAll(acquireWithQuotas(threads, "10", "1000"));
            all.addAll(acquireOfMany(threads, "true", "10000"));
            all.addAll(run(shortRounds(RivalsBenchmark.class, threads)));
        }
        return all;
    }

    private static List<Measured> acquire(int threads, String halfCoolingDown, String... keys) throws RunnerException {
        return run(shortRounds(AcquireBenchmark.class, threads)
                .param(HALF_COOLING_DOWN, halfCoolingDown)
                .param(QUOTAS, "false")
                .param(KEYS, keys));
    }

    private static List<Measured> acquireWithQuotas(int threads, String... keys) throws RunnerException {
        return run(shortRounds(AcquireBenchmark.class, threads)
                .param(HALF_COOLING_DOWN, "false")
                .param(QUOTAS, "true")
                .param(KEYS, keys));
    }

    /** The objects of a pool with many keys move through the heap for some seconds until they settle. */
    private static List<Measured> acquireOfMany(int threads, String halfCoolingDown, String... keys)
            throws RunnerException {
        return run(shortRounds(AcquireBenchmark.class, threads)
                .warmupIterations(14)
                .warmupTime(TimeValue.milliseconds(800))
                .param(HALF_COOLING_DOWN, halfCoolingDown)
                .param(QUOTAS, "false")
                .param(KEYS, keys));
    }

    /** A complete call, with and without the pool. */
    static List<Measured> wholeCall() throws RunnerException {
        return run(options(CallBenchmark.class, 1)
                .warmupIterations(WARM_UP_OF_CALLS)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(60)
                .measurementTime(TimeValue.milliseconds(50)));
    }

    /** All statistics, while another thread makes calls. */
    static List<Measured> snapshot() throws RunnerException {
        return run(shortRounds(SnapshotBenchmark.class, 1)
                .warmupIterations(WARM_UP_OF_CALLS)
                .warmupTime(TimeValue.seconds(1)));
    }

    private static ChainedOptionsBuilder shortRounds(Class<?> benchmark, int threads) {
        ChainedOptionsBuilder options =
                options(benchmark, threads).warmupIterations(3).warmupTime(TimeValue.milliseconds(700));
        // One thread gets a processor to itself now and then on any machine; several threads must run at the same time.
        return threads == 1
                ? options.measurementIterations(40).measurementTime(TimeValue.milliseconds(25))
                : options.measurementIterations(6).measurementTime(TimeValue.milliseconds(250));
    }

    private static ChainedOptionsBuilder options(Class<?> benchmark, int threads) {
        return new OptionsBuilder()
                .include("\\b" + benchmark.getSimpleName() + "\\.")
                .threads(threads)
                .forks(1)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                // Two runs on one machine disturb each other; run anyway.
                .jvmArgsAppend("-Djmh.ignoreLock=true")
                .verbosity(VerboseMode.SILENT);
    }

    private static List<Measured> run(ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build()).run();
        return results.stream().map(Measured::new).toList();
    }
}
