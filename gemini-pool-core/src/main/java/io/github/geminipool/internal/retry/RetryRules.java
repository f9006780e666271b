package io.github.geminipool.internal.retry;

import io.github.geminipool.event.EmptyAnswer;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import java.time.Duration;

/** The decision after a failed attempt: a pure function, so that a table can show all of it. */
public final class RetryRules {

    private static final Decision RETURN = new Decision.Return();
    private static final Decision FAIL_OVER = new Decision.FailOver();

    private final RetrySettings settings;

    public RetryRules(RetrySettings settings) {
        this.settings = settings;
    }

    /**
     * Decides.
     *
     * @param chance a random number of 0 (inclusive) to 1 (exclusive)
     */
    public Decision decide(Failure failure, Situation situation, double chance) {
        return decide(failure.kind(), situation, chance);
    }

    /**
     * Decides after an answer that says nothing.
     *
     * @param chance a random number of 0 (inclusive) to 1 (exclusive)
     */
    public Decision decide(EmptyAnswer empty, Situation situation, double chance) {
        return settings.onEmptyResponse() && empty.isWorthRepeating()
                ? decide(FailureKind.EMPTY_RESPONSE, situation, chance)
                : RETURN;
    }

    private Decision decide(FailureKind kind, Situation situation, double chance) {
        if (!kind.isCuredByAnotherKey() && !kind.isTransient()) {
            return RETURN;
        }
        if (!situation.bodyIsThere()) {
            return new Decision.GiveUp("its body can be sent only once");
        }
        boolean curedByAnotherKey = kind.isCuredByAnotherKey();
        if (curedByAnotherKey && !situation.failedSoBefore()) {
            return FAIL_OVER;
        }
        if (situation.attempts() >= situation.maxAttempts()) {
            return new Decision.GiveUp("all " + situation.maxAttempts() + " attempts are used up");
        }
        if (kind != FailureKind.OVERLOADED
                && !curedByAnotherKey
                && situation.mayHaveHadEffect()
                && !situation.repeatable()) {
            return new Decision.GiveUp("it may have been carried out, and must not be twice");
        }
        if (curedByAnotherKey) {
            // A key is tried once per call for nothing; after a cool-down that was too short it counts as a repeat.
            return new Decision.Repeat(Duration.ZERO);
        }
        Duration delay = delay(situation.attempts(), chance);
        if (delay.compareTo(situation.remaining()) >= 0) {
            return new Decision.GiveUp("its deadline comes before the next attempt");
        }
        return new Decision.Repeat(delay);
    }

    /** The back-off after so many attempts. */
    Duration delay(int attempts, double chance) {
        double whole = (double) settings.initialDelay().toNanos() * Math.pow(settings.multiplier(), attempts - 1.0);
        double capped = Math.min(whole, (double) settings.maxDelay().toNanos());
        return Duration.ofNanos((long) (capped * (1 - settings.jitter() * chance)));
    }
}
