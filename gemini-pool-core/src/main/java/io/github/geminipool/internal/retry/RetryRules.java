package io.github.geminipool.internal.retry;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import java.time.Duration;

/** The decision after a failed attempt: a pure function, so that a table can show all of it. */
public final class RetryRules {

    private static final int TOO_MANY_REQUESTS = 429;
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
        return decide(failure.kind(), isBurst(failure), situation, chance);
    }

    /**
     * Decides after an answer that says nothing.
     *
     * @param chance a random number of 0 (inclusive) to 1 (exclusive)
     */
    public Decision decide(EmptyResponse empty, Situation situation, double chance) {
        return settings.onEmptyResponse() && empty.isWorthRetrying()
                ? decide(FailureKind.EMPTY_RESPONSE, false, situation, chance)
                : RETURN;
    }

    private Decision decide(FailureKind kind, boolean burst, Situation situation, double chance) {
        if (!kind.isCuredByAnotherKey() && !kind.isTransient()) {
            return RETURN;
        }
        if (!situation.bodyIsThere()) {
            return new Decision.GiveUp("its body can be sent only once");
        }
        boolean curedByAnotherKey = kind.isCuredByAnotherKey();
        if (curedByAnotherKey && !situation.failedSoBefore()) {
            // Even where most keys are rejected alike: the next one may not be.
            return FAIL_OVER;
        }
        if (situation.confirmsOutage()) {
            return new Decision.GiveUp("everybody fails, and it was to find out whether that is over");
        }
        if (situation.attempts() >= situation.maxAttempts()) {
            return new Decision.GiveUp("all " + situation.maxAttempts() + " attempts are used up");
        }
        if (kind != FailureKind.OVERLOADED
                && !curedByAnotherKey
                && situation.mayHaveHadEffect()
                && !situation.retryable()) {
            return new Decision.GiveUp("it may have been carried out, and must not be twice");
        }
        if (curedByAnotherKey) {
            // A key is tried once per call for nothing; after a cool-down that was too short it counts as a repeat.
            return new Decision.Retry(Duration.ZERO, false);
        }
        if (burst && !situation.failedSoBefore() && situation.elsewhere()) {
            return new Decision.Retry(Duration.ZERO, true);
        }
        Duration delay = asked(situation.asked()).plus(delay(situation.attempts(), chance));
        if (delay.compareTo(situation.remaining()) >= 0) {
            return new Decision.GiveUp("its deadline comes before the next attempt");
        }
        return new Decision.Retry(delay, false);
    }

    /** A 429 that names no quota is the model's, but often met by one project only. */
    private static boolean isBurst(Failure failure) {
        return failure.kind() == FailureKind.OVERLOADED && failure.status() == TOO_MANY_REQUESTS;
    }

    /** What the server asks for, where that deserves belief: it says minutes for what is over in seconds. */
    private Duration asked(Duration asked) {
        return asked.isNegative() || asked.compareTo(settings.maxDelay()) > 0 ? Duration.ZERO : asked;
    }

    /** The back-off after so many attempts. */
    Duration delay(int attempts, double chance) {
        double whole = (double) settings.initialDelay().toNanos() * Math.pow(settings.multiplier(), attempts - 1.0);
        double capped = Math.min(whole, (double) settings.maxDelay().toNanos());
        return Duration.ofNanos((long) (capped * (1 - settings.jitter() * chance)));
    }
}
