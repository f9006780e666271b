package io.github.geminipool.internal.retry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps retries from multiplying the load of an outage. Each call adds a fraction of a token to the budget; each retry takes
 * one. A few retries need no token, so that applications with little traffic can retry at all. Thread-safe.
 */
public final class RetryBudget {

    /** Maximum number of concurrent retries without a token. */
    static final int MAX_FREE = 3;

    /** Number of retries without a token that can be saved up; as many are there at the start. */
    static final int FREE_SAVED = 20;

    /** Number of calls after which one more retry needs no token. */
    private static final int CALLS_FOR_FREE = 25;

    /** More tokens than are ever spent, with room above: calls that begin at once may all add to it. */
    private static final long INEXHAUSTIBLE = Long.MAX_VALUE / 2;

    /** One token, in millionths. */
    private static final long TOKEN = 1_000_000;

    /** Maximum number of calls for which tokens are saved up. */
    private static final long MAX_CALLS_SAVED = 100;

    private final long tokenPerCall;
    private final int maxFree;
    private final long maxFreeSaved;
    private final AtomicLong saved = new AtomicLong();
    private final AtomicLong freeSaved;
    private final AtomicInteger running = new AtomicInteger();

    /**
     * Creates a budget.
     *
     * @param retriesPerCall the fraction of a token that each call adds; 0 switches retries off
     */
    public RetryBudget(double retriesPerCall) {
        this(retriesPerCall, MAX_FREE, FREE_SAVED * TOKEN);
    }

    private RetryBudget(double retriesPerCall, int maxFree, long maxFreeSaved) {
        this.tokenPerCall = (long) Math.ceil(retriesPerCall * TOKEN);
        this.maxFree = maxFree;
        this.maxFreeSaved = maxFreeSaved;
        this.freeSaved = new AtomicLong(maxFreeSaved);
    }

    /**
     * Creates a budget for retries that take nothing from what others need: only their concurrency is limited.
     *
     * @param retriesPerCall the fraction of a token that each call adds; 0 switches retries off
     * @param concurrent the number of concurrent retries that need no token; at least {@value #MAX_FREE}
     */
    public static RetryBudget ofConcurrency(double retriesPerCall, int concurrent) {
        return new RetryBudget(retriesPerCall, Math.max(MAX_FREE, concurrent), INEXHAUSTIBLE);
    }

    /** Records that a call begins, which adds to the budget. Budgets that are full, which is the rule, are only read. */
    public void earn() {
        if (tokenPerCall == 0) {
            return;
        }
        if (saved.get() < MAX_CALLS_SAVED * tokenPerCall) {
            saved.addAndGet(tokenPerCall);
        }
        if (freeSaved.get() < maxFreeSaved) {
            freeSaved.addAndGet(TOKEN / CALLS_FOR_FREE);
        }
    }

    /** Returns whether there can be retries at all. */
    boolean isOn() {
        return tokenPerCall > 0;
    }

    /** Takes a retry from the budget; one that is allowed must be ended with {@link #ended()}. */
    public boolean tryRetry() {
        if (tokenPerCall == 0) {
            return false;
        }
        boolean isFew = running.incrementAndGet() <= maxFree;
        if (spend(saved) || (isFew && spend(freeSaved))) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    private static boolean spend(AtomicLong tokens) {
        return tokens.getAndUpdate(before -> before >= TOKEN ? before - TOKEN : before) >= TOKEN;
    }

    /** Records that a retry has ended. */
    public void ended() {
        running.decrementAndGet();
    }
}
