package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import java.time.Duration;

/**
 * Complete calls with a canned response, with and without the pool, alternating in one JVM. On a shared machine, JMH's results
 * from two consecutive JVMs differ by more than the pool's overhead; these do not.
 */
final class AlternatingCalls {

    private static final int CALLS_IN_TURN = 50;

    /** Mean time of a call in each turn. */
    record Result(Durations bare, Durations pooled) {

        /** Returns the pool's overhead from the fastest turns of both: other load on the machine only adds time. */
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
