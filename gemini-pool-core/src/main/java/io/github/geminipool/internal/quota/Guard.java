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

    private final long narrowest;
    private long nanos;
    private long changedAt;

    Guard(long narrowest) {
        this.narrowest = narrowest;
        this.nanos = narrowest;
    }

    long at(long now) {
        while (nanos > narrowest && now - changedAt >= PATIENCE) {
            nanos = Math.max(narrowest, (long) (nanos / STEP));
            changedAt += PATIENCE;
        }
        return nanos;
    }

    void widen(long now) {
        nanos = Math.min(WIDEST, (long) (at(now) * STEP));
        changedAt = now;
    }
}
