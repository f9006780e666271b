package io.github.geminipool.internal.choice;

/**
 * The time of one choice of a key, with values derived from it. They are computed once, because a choice scores up to
 * sixteen keys. Guarded by the model pool's lock.
 */
final class ScoringTime {

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private long nanos;
    private long minute;
    private double weightOfPrevious = 1;
    private long exclusionVersion;

    /**
     * Moves to a moment.
     *
     * @param version the version of the exclusions, read before the exclusions
     */
    void moveTo(long nowNanos, long version) {
        nanos = nowNanos;
        minute = nowNanos / MINUTE_NANOS;
        weightOfPrevious = 1 - (double) (nowNanos - minute * MINUTE_NANOS) / MINUTE_NANOS;
        exclusionVersion = version;
    }

    long nanos() {
        return nanos;
    }

    /** Returns the number of the minute. */
    long minute() {
        return minute;
    }

    /** Returns the share of the previous minute that lies within the last 60 seconds. */
    double weightOfPrevious() {
        return weightOfPrevious;
    }

    long exclusionVersion() {
        return exclusionVersion;
    }
}
