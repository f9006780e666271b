package io.github.geminipool.internal.quota;

/**
 * What is added to a minute, since requests that are sent at one distance arrive at another: wider after each surprise,
 * and narrower again with time. Not thread-safe.
 */
final class Guard {

    static final long NARROWEST = 100_000_000L;
    static final long WIDEST = 1_000_000_000L;
    private static final double STEP = 1.5;

    /** After so long without a surprise it is a step narrower. */
    private static final long PATIENCE = 600_000_000_000L;

    private long nanos = NARROWEST;
    private long changedAt;

    long at(long now) {
        while (nanos > NARROWEST && now - changedAt >= PATIENCE) {
            nanos = Math.max(NARROWEST, (long) (nanos / STEP));
            changedAt += PATIENCE;
        }
        return nanos;
    }

    void widen(long now) {
        nanos = Math.min(WIDEST, (long) (at(now) * STEP));
        changedAt = now;
    }
}
