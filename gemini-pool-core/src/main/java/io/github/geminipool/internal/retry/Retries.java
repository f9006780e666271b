package io.github.geminipool.internal.retry;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.spi.ServiceTier;
import java.util.random.RandomGenerator;

/**
 * The retries of a pool: the rules, the budgets that calls share, and the random part of the back-off. Calls of the
 * flex tier have a budget of their own, since their retries take nothing from what others need. Thread-safe.
 */
public final class Retries {

    private final RetryRules rules;
    private final RetryBudget budget;
    private final RetryBudget flexBudget;
    private final RandomGenerator random;
    private final int maxAttempts;

    /**
     * Creates the retries.
     *
     * @param budget the budget of all calls but those of the flex tier
     * @param flexBudget the budget of the calls of the flex tier
     * @param random spreads the back-off; thread-safe
     * @param maxAttempts the attempts of a call that sets no maximum itself
     */
    public Retries(
            RetryRules rules, RetryBudget budget, RetryBudget flexBudget, RandomGenerator random, int maxAttempts) {
        this.rules = rules;
        this.budget = budget;
        this.flexBudget = flexBudget;
        this.random = random;
        this.maxAttempts = maxAttempts;
    }

    /**
     * Returns the maximum number of attempts of a call that sets none itself. For want of flex capacity, time is the limit, if
     * there are retries at all.
     */
    public int maxAttempts(Failure failure) {
        return failure.cause() == FailureCause.FLEX_CAPACITY && maxAttempts > 1 ? Integer.MAX_VALUE : maxAttempts;
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
    public void earn(ServiceTier tier) {
        of(tier).earn();
    }

    /** Returns whether retries are on; a budget of 0 switches them off. */
    public boolean areOn() {
        return budget.isOn();
    }

    private RetryBudget of(ServiceTier tier) {
        return tier == ServiceTier.FLEX ? flexBudget : budget;
    }

    /** Takes a retry from the budget; one that is allowed must be ended with {@link #ended}. */
    public boolean tryRetry(ServiceTier tier) {
        return of(tier).tryRetry();
    }

    /** Records that a retry has ended. */
    public void ended(ServiceTier tier) {
        of(tier).ended();
    }
}
