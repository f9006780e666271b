package io.github.geminipool.internal.turn;

/** The pace of background calls in one unit of a quota: requests, or tokens. Not thread-safe. */
final class PaceOfUnit {

    private static final long MINUTE = 60_000_000_000L;

    /** Background calls may catch up at once on what they could not take for up to this long. */
    private static final long CATCH_UP = 1_000_000_000L;

    /** Background calls get at least one in this many parts of the quota. */
    private static final long LEAST_PART = 20;

    private final LastMinute interactive = new LastMinute();
    private long limit = BackgroundPace.UNLIMITED;
    private long nextAt = Long.MIN_VALUE;

    void limit(long newLimit) {
        limit = newLimit;
    }

    void interactive(long now, long amount) {
        interactive.add(now, amount);
    }

    /** Returns what interactive calls are likely to need in the coming minute, at most half of the quota. */
    long keptFree(long now) {
        return Math.min(interactive.sum(now), limit / 2);
    }

    void background(long now, long amount) {
        // While there is no capacity, for a moment, any pace computed would be wrong afterwards.
        if (limit != BackgroundPace.UNLIMITED && limit > 0 && amount > 0) {
            nextAt = Math.min(Math.max(nextAt, now - CATCH_UP) + nanosFor(amount, now), now + MINUTE);
        }
    }

    /** Returns how long background calls need for an amount if interactive traffic stays as it is. */
    long nanosFor(long amount, long now) {
        if (limit == BackgroundPace.UNLIMITED) {
            return 0;
        }
        long left = Math.max(1, Math.max(limit - keptFree(now), limit / LEAST_PART));
        return (long) ((double) MINUTE * amount / left);
    }

    long nextAt() {
        return limit == BackgroundPace.UNLIMITED ? Long.MIN_VALUE : nextAt;
    }
}
