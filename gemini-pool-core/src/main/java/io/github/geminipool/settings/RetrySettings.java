package io.github.geminipool.settings;

import java.time.Duration;
import java.util.Objects;

/**
 * How failures that another key would not cure (overload, server errors, network) are repeated.
 *
 * @param maxAttempts the first attempt and its retries, at least 1; failovers to another key are not counted
 * @param initialDelay the back-off before the first repeat
 * @param multiplier by what the back-off grows from repeat to repeat, at least 1
 * @param maxDelay the longest back-off
 * @param jitter the part of the back-off that is left to chance, 0 to 1; at 1 ("full jitter") a repeat comes at any
 *     moment between now and the whole back-off
 * @param budget how many repeats are allowed per call on the average, 0 to 1, so that an outage is not multiplied;
 *     three repeats at once are always allowed unless it is 0
 * @param onEmptyResponse whether answers that say nothing are asked for again too, within the same limits; each is
 *     billed. Blocked ones and those whose tokens were used up never are: they would be the same again
 */
public record RetrySettings(
        int maxAttempts,
        Duration initialDelay,
        double multiplier,
        Duration maxDelay,
        double jitter,
        double budget,
        boolean onEmptyResponse) {

    /** 3 attempts, 500 ms growing twofold to 10 s, full jitter, a budget of 0.2, none for empty answers. */
    public static final RetrySettings DEFAULTS =
            new RetrySettings(3, Duration.ofMillis(500), 2.0, Duration.ofSeconds(10), 1.0, 0.2);

    /**
     * Checks the components.
     *
     * @throws InvalidSettingException if one is out of its range
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
        Check.that(jitter >= 0 && jitter <= 1, "retry.jitter", jitter, "between 0 and 1");
        Check.that(budget >= 0 && budget <= 1, "retry.budget", budget, "between 0 and 1");
    }

    /** Without repeats of empty answers. */
    public RetrySettings(
            int maxAttempts,
            Duration initialDelay,
            double multiplier,
            Duration maxDelay,
            double jitter,
            double budget) {
        this(maxAttempts, initialDelay, multiplier, maxDelay, jitter, budget, false);
    }

    /** With or without repeats of empty answers. */
    public RetrySettings withOnEmptyResponse(boolean value) {
        return new RetrySettings(maxAttempts, initialDelay, multiplier, maxDelay, jitter, budget, value);
    }
}
