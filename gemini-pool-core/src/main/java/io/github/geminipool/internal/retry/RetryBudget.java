package io.github.geminipool.internal.retry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps an outage from being multiplied: each call earns a part of a repeat, each repeat costs one. So that quiet
 * applications can repeat at all, a few repeats at once are free.
 */
public final class RetryBudget {

    static final int FREE_AT_ONCE = 3;

    private static final long RETRY = 1_000_000;
    private static final long MOST_SAVED = 100;

    private final long earned;
    private final AtomicLong saved = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();

    public RetryBudget(double retriesPerCall) {
        this.earned = (long) Math.ceil(retriesPerCall * RETRY);
    }

    /** A call begins. */
    public void earn() {
        if (earned > 0 && saved.get() < MOST_SAVED * earned) {
            saved.addAndGet(earned);
        }
    }

    /** Asks for a repeat; one that is allowed must be ended with {@link #ended()}. */
    public boolean tryRetry() {
        if (earned == 0) {
            return false;
        }
        boolean free = running.incrementAndGet() <= FREE_AT_ONCE;
        if (spend() || free) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    private boolean spend() {
        return saved.getAndUpdate(before -> before >= RETRY ? before - RETRY : before) >= RETRY;
    }

    /** A repeat that was allowed has ended. */
    public void ended() {
        running.decrementAndGet();
    }
}
