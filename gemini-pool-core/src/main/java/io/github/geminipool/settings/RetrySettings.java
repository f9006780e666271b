package io.github.geminipool.settings;

import java.time.Duration;
import java.util.Objects;

/**
 * How to retry failures that failing over to another key would not fix: overload, server errors and network failures. Immutable.
 *
 * @param maxAttempts maximum number of attempts, the first one included, at least 1; failovers to another key do not count
 * @param initialDelay back-off before the first retry, 0 or more
 * @param multiplier factor by which the back-off grows with each retry, 1 to 100
 * @param maxDelay maximum back-off, at least {@code initialDelay} and at most a day
 * @param jitter the random part of the back-off, 0 to 1; at 1 ("full jitter") the pause is anything between 0 and the whole
 *     back-off
 * @param budget average number of retries per call, 0 to 1, so that retries do not multiply the load during an outage. Unless this
 *     is 0, twenty more are allowed, three at a time, and another one for every 25 calls
 * @param onEmptyResponse whether empty responses are retried too, within the same limits; each one is billed. Responses that are
 *     empty because they were blocked or ran out of tokens are never retried, since a retry would end the same way
 */
public record RetrySettings(
        int maxAttempts,
        Duration initialDelay,
        double multiplier,
        Duration maxDelay,
        double jitter,
        double budget,
        boolean onEmptyResponse) {

    private static final Duration MAX_DELAY = Duration.ofDays(1);

    /** 3 attempts, back-off from 500 ms doubling up to 10 s, full jitter, budget 0.2, empty responses not retried. */
    public static final RetrySettings DEFAULTS =
            new RetrySettings(3, Duration.ofMillis(500), 2.0, Duration.ofSeconds(10), 1.0, 0.2);

    /**
     * Validates the components.
     *
     * @throws InvalidSettingException if a component is out of range
     */
    public RetrySettings {
        Objects.requireNonNull(initialDelay, "initialDelay");
        Objects.requireNonNull(maxDelay, "maxDelay");
        Check.that(maxAttempts >= 1, "retry.max-attempts", maxAttempts, "at least 1");
        Check.that(!initialDelay.isNegative(), "retry.initial-delay", initialDelay, "0 or more");
        Check.that(multiplier >= 1 && multiplier <= 100, "retry.multiplier", multiplier, "between 1 and 100");
        Check.that(
                maxDelay.compareTo(initialDelay) >= 0,
                "retry.max-delay",
                maxDelay,
                "at least retry.initial-delay (" + initialDelay + ")");
        Check.that(maxDelay.compareTo(MAX_DELAY) <= 0, "retry.max-delay", maxDelay, "at most a day");
        Check.that(jitter >= 0 && jitter <= 1, "retry.jitter", jitter, "between 0 and 1");
        Check.that(budget >= 0 && budget <= 1, "retry.budget", budget, "between 0 and 1");
    }

    /** Creates settings that do not retry empty responses. */
    public RetrySettings(
            int maxAttempts,
            Duration initialDelay,
            double multiplier,
            Duration maxDelay,
            double jitter,
            double budget) {
        this(maxAttempts, initialDelay, multiplier, maxDelay, jitter, budget, false);
    }

    /** Returns a copy that retries empty responses or does not. */
    public RetrySettings withOnEmptyResponse(boolean value) {
        return new RetrySettings(maxAttempts, initialDelay, multiplier, maxDelay, jitter, budget, value);
    }
}
