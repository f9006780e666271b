package io.github.geminipool.internal.retry;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import java.util.random.RandomGenerator;

/** The retries of a pool: the rules, the budget that all calls share, and chance. Thread-safe. */
public final class Retries {

    private final RetryRules rules;
    private final RetryBudget budget;
    private final RandomGenerator random;
    private final int maxAttempts;

    /**
     * Creates the retries.
     *
     * @param random spreads the back-off; thread-safe
     * @param maxAttempts the attempts of a call that sets no maximum itself
     */
    public Retries(RetryRules rules, RetryBudget budget, RandomGenerator random, int maxAttempts) {
        this.rules = rules;
        this.budget = budget;
        this.random = random;
        this.maxAttempts = maxAttempts;
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    /** Decides what to do after a failure. */
    public Decision decide(Failure failure, Situation situation) {
        return rules.decide(failure, situation, random.nextDouble());
    }

    /** Decides what to do after an empty response. */
    public Decision decide(EmptyResponse empty, Situation situation) {
        return rules.decide(empty, situation, random.nextDouble());
    }

    /** Records that a call begins, which adds to the budget. */
    public void earn() {
        budget.earn();
    }

    /** Takes a retry from the budget; one that is allowed must be ended with {@link #ended()}. */
    public boolean tryRetry() {
        return budget.tryRetry();
    }

    /** Records that a retry has ended. */
    public void ended() {
        budget.ended();
    }
}
