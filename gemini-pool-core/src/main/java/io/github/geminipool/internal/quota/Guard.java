package io.github.geminipool.internal.quota;

/**
 * A safety margin that is added to a minute, because network delays change the distances between requests. Each refusal
 * that the ledger did not expect widens it; time narrows it again. Not thread-safe.
 */
final class Guard {

    static final long MIN_NANOS = 100_000_000L;
    static final long MAX_NANOS = 1_000_000_000L;
    private static final double STEP = 1.5;

    /** Time without an unexpected refusal after which the margin narrows by a step. */
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    private final long min;
    private long nanos;
    private long changedAt;

    /**
     * Creates a guard at its minimum.
     *
     * @param min in nanoseconds
     */
    Guard(long min) {
        this.min = min;
        this.nanos = min;
    }

    /** Returns the margin at a time, in nanoseconds. */
    long at(long now) {
        while (nanos > min && now - changedAt >= PATIENCE_NANOS) {
            nanos = Math.max(min, (long) (nanos / STEP));
            changedAt += PATIENCE_NANOS;
        }
        return nanos;
    }

    /** Widens the margin by a step, after an unexpected refusal. */
    void widen(long now) {
        nanos = Math.min(MAX_NANOS, (long) (at(now) * STEP));
        changedAt = now;
    }
}
