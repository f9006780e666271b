package io.github.geminipool.benchmarks;

import java.time.Duration;
import java.util.Arrays;

/** Throughput over the loopback interface, with and without the pool, in alternating pairs. */
final class LoopbackComparison {

    /** Minimum duration of a call hit by delayed acknowledgements with Nagle's algorithm. */
    private static final int PLATEAU_MILLIS = 38;

    /**
     * Result of a run.
     *
     * @param medianRatio median over the pairs of the pool's throughput divided by the bare client's
     * @param bare all rounds of the bare client
     * @param pooled all rounds of the pool
     */
    record Result(double medianRatio, Side bare, Side pooled) {}

    /**
     * Result of one of the two clients.
     *
     * @param perSecond median throughput
     */
    record Side(double perSecond, int errors, Durations calls) {

        double shareOnPlateau() {
            return calls.shareFrom(PLATEAU_MILLIS);
        }
    }

    private final int pairs;
    private final Duration round;
    private final Duration warmUp;

    LoopbackComparison(int pairs, Duration round, Duration warmUp) {
        this.pairs = pairs;
        this.round = round;
        this.warmUp = warmUp;
    }

    Result run(SimulatorProcess simulator, int callers) {
        try (Contenders contenders = new Contenders(simulator.baseUrl(), 10, callers);
                ClosedLoop loop = new ClosedLoop(callers)) {
            loop.run(contenders.bare, warmUp);
            loop.run(contenders.pooled(), warmUp);
            ClosedLoop.Outcome[] bare = new ClosedLoop.Outcome[pairs];
            ClosedLoop.Outcome[] pooled = new ClosedLoop.Outcome[pairs];
            for (int i = 0; i < pairs; i++) {
                // Each goes first equally often, so that other load on the machine affects both alike.
                if (i % 2 == 0) {
                    bare[i] = loop.run(contenders.bare, round);
                    pooled[i] = loop.run(contenders.pooled(), round);
                } else {
                    pooled[i] = loop.run(contenders.pooled(), round);
                    bare[i] = loop.run(contenders.bare, round);
                }
            }
            double[] ratios = new double[pairs];
            Arrays.setAll(ratios, i -> pooled[i].perSecond() / bare[i].perSecond());
            return new Result(median(ratios), side(bare), side(pooled));
        }
    }

    private static Side side(ClosedLoop.Outcome[] rounds) {
        Durations calls = new Durations(new long[0]);
        int errors = 0;
        for (ClosedLoop.Outcome round : rounds) {
            calls = calls.and(round.calls());
            errors += round.errors();
        }
        double[] perSecond =
                Arrays.stream(rounds).mapToDouble(ClosedLoop.Outcome::perSecond).toArray();
        return new Side(median(perSecond), errors, calls);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
