package io.github.geminipool.internal.retry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps retries from multiplying the load of an outage. Each call adds a fraction of a token to the budget; each retry takes
 * one. A few concurrent retries are free, so that applications with little traffic can retry at all. Thread-safe.
 */
public final class RetryBudget {

    /** Maximum number of concurrent retries without a token. */
    static final int MAX_FREE = 3;

    /** One token, in millionths. */
    private static final long TOKEN = 1_000_000;

    /** Maximum number of calls for which tokens are saved up. */
    private static final long MAX_CALLS_SAVED = 100;

    private final long tokenPerCall;
    private final AtomicLong saved = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * Creates a budget.
     *
     * @param retriesPerCall the fraction of a token that each call adds; 0 switches retries off
     */
    public RetryBudget(double retriesPerCall) {
        this.tokenPerCall = (long) Math.ceil(retriesPerCall * TOKEN);
    }

    /** Records that a call begins, which adds to the budget. */
    public void earn() {
        if (tokenPerCall > 0 && saved.get() < MAX_CALLS_SAVED * tokenPerCall) {
            saved.addAndGet(tokenPerCall);
        }
    }

    /** Takes a retry from the budget; one that is allowed must be ended with {@link #ended()}. */
    public boolean tryRetry() {
        if (tokenPerCall == 0) {
            return false;
        }
        boolean free = running.incrementAndGet() <= MAX_FREE;
        if (spend() || free) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    private boolean spend() {
        return saved.getAndUpdate(before -> before >= TOKEN ? before - TOKEN : before) >= TOKEN;
    }

    /** Records that a retry has ended. */
    public void ended() {
        running.decrementAndGet();
    }
}
