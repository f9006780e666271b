package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import java.time.Duration;

/**
 * Whole calls with a canned answer, with and without the pool, a few of each in turn in one JVM. Where a machine is
 * shared, what JMH finds in two JVMs one after the other differs by more than the pool's part; this does not.
 */
final class AlternatingCalls {

    private static final int CALLS_IN_TURN = 50;

    /** The time of a call, averaged over those in one turn, for each turn. */
    record Result(Durations bare, Durations pooled) {

        /** The pool's part, of the quickest turns of both: whatever else the machine does can only add to them. */
        double ownNanos() {
            return 1_000 * (pooled.micros(0.05) - bare.micros(0.05));
        }
    }

    private final int turns;
    private final Duration warmUp;

    AlternatingCalls(int turns, Duration warmUp) {
        this.turns = turns;
        this.warmUp = warmUp;
    }

    Result run() {
        try (CannedClients clients = new CannedClients()) {
            long end = System.nanoTime() + warmUp.toNanos();
            while (System.nanoTime() < end) {
                nanosOfCall(clients.bare);
                nanosOfCall(clients.pooled);
            }
            long[] bare = new long[turns];
            long[] pooled = new long[turns];
            for (int i = 0; i < turns; i++) {
                bare[i] = nanosOfCall(clients.bare);
                pooled[i] = nanosOfCall(clients.pooled);
            }
            return new Result(new Durations(bare), new Durations(pooled));
        }
    }

    private static long nanosOfCall(Client client) {
        long start = System.nanoTime();
        for (int i = 0; i < CALLS_IN_TURN; i++) {
            Contenders.call(client);
        }
        return (System.nanoTime() - start) / CALLS_IN_TURN;
    }
}
