package io.github.geminipool.benchmarks;

import io.github.geminipool.simulator.Latency;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs short versions of all benchmarks and prints the results with their targets. Missed targets are reported but do not fail
 * the run, because machines differ. With the argument {@code quota} it measures the use of quotas instead, with
 * {@code replicas} that of three replicas, with {@code snapshot} only the cost of statistics.
 */
public final class Benchmarks {

    private static final int PAIRS = 10;

    private Benchmarks() {}

    public static void main(String[] arguments) throws RunnerException, IOException {
        String what = arguments.length == 0 ? "cost" : arguments[0];
        switch (what) {
            case "cost" -> cost(System.out);
            case "quota" -> quota(System.out);
            case "replicas" -> replicas(System.out, Duration.parse(arguments.length == 1 ? "PT2M" : arguments[1]));
            case "snapshot" -> snapshot(System.out);
            default -> throw new IllegalArgumentException("There are cost, quota, replicas and snapshot, not " + what);
        }
    }

    private static void quota(PrintStream out) {
        out.println("What is used of quotas; this takes seven to ten minutes.");
        out.println(Report.machine());
        out.println(Report.quota(new QuotaComparison(QuotaComparison.Load.FULL).run()));
    }

    /** Each load takes a minute more, as the last callers wait for quota. */
    private static void replicas(PrintStream out, Duration ofEach) {
        out.println("What replicas use of quotas, six loads of " + ofEach + " each; this needs redis-server.");
        out.println(Report.machine());
        ReplicaComparison comparison =
                new ReplicaComparison(Latency.uniform(Duration.ofMillis(500), Duration.ofSeconds(8)));
        List<ReplicaComparison.Result> results = new ArrayList<>();
        for (ReplicaComparison.Load load : ReplicaComparison.Load.full(ofEach)) {
            results.addAll(comparison.run(load, List.of(ReplicaComparison.Sharing.values())));
        }
        for (ReplicaComparison.Load load : ReplicaComparison.Load.troubled(ofEach)) {
            results.addAll(comparison.run(load, List.of(ReplicaComparison.Sharing.STORE)));
        }
        out.println(Report.replicas(results));
        out.println(Report.latencyOfSharing(results));
    }

    private static void snapshot(PrintStream out) throws RunnerException {
        System.setProperty("jmh.ignoreLock", "true");
        out.println(Report.machine());
        out.println(Report.snapshot(MicroBenchmarks.snapshot()));
    }

    private static void cost(PrintStream out) throws RunnerException, IOException {
        // Run even if another run uses this machine.
        System.setProperty("jmh.ignoreLock", "true");
        out.println("What gemini-pool costs; this takes about seven minutes.");
        out.println(Report.machine());
        List<Measured> micro = MicroBenchmarks.acquireAndRivals();
        out.println(Report.acquire(micro));
        out.println(Report.rivals(micro));
        out.println(Report.wholeCall(
                MicroBenchmarks.wholeCall(), new AlternatingCalls(1_000, Duration.ofSeconds(20)).run()));
        out.println(Report.snapshot(MicroBenchmarks.snapshot()));
        int errors = 0;
        try (SimulatorProcess simulator = new SimulatorProcess(10)) {
            LoopbackComparison comparison =
                    new LoopbackComparison(PAIRS, Duration.ofMillis(700), Duration.ofSeconds(5));
            Table loopback = Report.loopback();
            for (int callers : new int[] {1, 16}) {
                LoopbackComparison.Result result = comparison.run(simulator, callers);
                errors += result.pooled().errors() + result.bare().errors();
                Report.addTo(loopback, callers, result);
            }
            out.println(loopback);
            out.println(Report.firstTokens(new FirstTokens(500, 500).run(simulator)));
            out.println(Report.failover(new Failover(500, 500, 3).run(simulator)));
        }
        if (errors > 0) {
            throw new IllegalStateException(errors + " calls failed");
        }
    }
}
