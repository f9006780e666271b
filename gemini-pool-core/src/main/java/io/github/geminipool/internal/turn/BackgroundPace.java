package io.github.geminipool.internal.turn;

/**
 * When background calls may go beside interactive ones of the same model. They are spread over the minute from the first one on,
 * within the part of the quotas that interactive calls are likely to leave: those are expected to take as much in the next minute
 * as in the last. Not thread-safe.
 */
public final class BackgroundPace {

    /** A quota without a limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** While background calls wait, at least one in this many grants is theirs. */
    private static final int LEAST_PART = 20;

    private static final long HALF_MINUTE = 30_000_000_000L;

    private final PaceOfUnit requests = new PaceOfUnit();
    private final PaceOfUnit tokens = new PaceOfUnit();
    private int passedOver;
    private int interactiveNow;
    private int most;
    private int mostBefore;
    private long halfEnds = Long.MIN_VALUE;

    /** Sets what all usable projects together admit per minute. */
    public void perMinute(long newRequests, long newTokens) {
        requests.limit(newRequests);
        tokens.limit(newTokens);
    }

    /**
     * Records that a call has got a lease.
     *
     * @param background the number of background calls that wait
     */
    public void granted(Waiter waiter, int background, long now) {
        if (waiter.isBackground()) {
            passedOver = 0;
            requests.background(now, waiter.requests());
            tokens.background(now, waiter.tokens());
            return;
        }
        interactiveNow++;
        turnHalf(now);
        most = Math.max(most, interactiveNow);
        requests.interactive(now, waiter.requests());
        tokens.interactive(now, waiter.tokens());
        passedOver = background > 0 ? passedOver + 1 : 0;
    }

    /** Returns how long background calls need for an amount if interactive traffic stays as it is; 0 without known limits. */
    public long nanosFor(long ofRequests, long ofTokens, long now) {
        return Math.max(requests.nanosFor(ofRequests, now), tokens.nanosFor(ofTokens, now));
    }

    /** Records that a lease has ended. */
    public void ended(Waiter waiter) {
        interactiveNow -= waiter.isBackground() ? 0 : 1;
    }

    private void turnHalf(long now) {
        if (now >= halfEnds) {
            mostBefore = now - HALF_MINUTE >= halfEnds ? interactiveNow : most;
            most = interactiveNow;
            halfEnds = now + HALF_MINUTE;
        }
    }

    /** Returns whether a background call must go before the interactive ones that wait, so that it does not starve. */
    public boolean isOverdue(long now) {
        return passedOver >= LEAST_PART - 1 && nextAt() <= now;
    }

    /** Returns for how long quotas have allowed the next background call to go. */
    public long dueFor(long now) {
        long next = nextAt();
        return next == Long.MIN_VALUE ? Long.MAX_VALUE : Math.max(0, now - next);
    }

    /** Returns when the next background call may go, as far as quotas say; a past time for now. */
    private long nextAt() {
        return Math.max(requests.nextAt(), tokens.nextAt());
    }

    /**
     * Returns when the next background call may go; a past time for now.
     *
     * @param size the number of lanes
     * @param idle the number of those that are idle
     */
    public long goesAt(int size, int idle, long now) {
        turnHalf(now);
        int expected = Math.max(0, Math.max(most, mostBefore) - interactiveNow);
        boolean isLaneLeft = idle > Math.min(size / 2, expected) || passedOver >= LEAST_PART - 1;
        return isLaneLeft ? nextAt() : Math.max(nextAt(), halfEnds);
    }
}
