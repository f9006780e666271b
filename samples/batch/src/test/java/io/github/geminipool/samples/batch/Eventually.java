package io.github.geminipool.samples.batch;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Bounded waits in real time, for what other processes are about to do. */
final class Eventually {

    private static final long MOST_NANOS = 60_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000;

    private Eventually() {}

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > MOST_NANOS) {
                throw new AssertionError("This did not come about within a minute: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
