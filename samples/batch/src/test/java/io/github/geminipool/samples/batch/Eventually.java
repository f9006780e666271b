package io.github.geminipool.samples.batch;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Bounded waits in real time for other processes. */
final class Eventually {

    private static final long TIMEOUT_NANOS = 60_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000;

    private Eventually() {}

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new AssertionError("Not within a minute: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
