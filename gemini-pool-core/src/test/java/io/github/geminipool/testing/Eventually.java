package io.github.geminipool.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits in real time for the effects of other threads. */
public final class Eventually {

    private Eventually() {}

    /** Waits until a condition holds, and returns whether it did within a time. */
    public static boolean holds(BooleanSupplier condition, Duration most) {
        long until = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    /** Waits until a condition holds, and fails if that takes more than ten seconds. */
    public static void await(String what, BooleanSupplier condition) {
        if (!holds(condition, Duration.ofSeconds(10))) {
            throw new AssertionError("This did not come about within 10 s: " + what);
        }
    }
}
