package io.github.geminipool.internal.retry;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import java.time.Duration;

/** Decides after a failed attempt: a pure function, so that its tests can be tables. */
public final class RetryRules {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final Decision RETURN = new Decision.Return();
    private static final Decision FAIL_OVER = new Decision.FailOver();

    private final RetrySettings settings;

    public RetryRules(RetrySettings settings) {
        this.settings = settings;
    }

    /**
     * Decides what to do after a failure.
     *
     * @param chance a random number from 0 (inclusive) to 1 (exclusive)
     */
    public Decision decide(Failure failure, Situation situation, double chance) {
        return decide(failure.kind(), isBurst(failure), situation, chance);
    }

    /**
     * Decides what to do after an empty response.
     *
     * @param chance a random number from 0 (inclusive) to 1 (exclusive)
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
        if (!situation.bodyReusable()) {
            return new Decision.GiveUp("the request's body can be sent only once");
        }
        boolean curedByAnotherKey = kind.isCuredByAnotherKey();
        if (curedByAnotherKey && !situation.failedSoBefore()) {
            // Even if most keys have been rejected alike, the next one may be accepted.
            return FAIL_OVER;
        }
        if (situation.confirmsOutage()) {
            return new Decision.GiveUp("the outage continues, as this probe shows");
        }
        if (situation.attempts() >= situation.maxAttempts()) {
            return new Decision.GiveUp("all " + situation.maxAttempts() + " attempts are used up");
        }
        if (kind != FailureKind.OVERLOADED
                && !curedByAnotherKey
                && situation.mayBeExecuted()
                && !situation.idempotent()) {
            return new Decision.GiveUp("Gemini may have executed the request, which must not happen twice");
        }
        if (curedByAnotherKey) {
            // The first try of each key is a free failover; a second one, after too short a cool-down, counts as a
            // retry.
            return new Decision.Retry(Duration.ZERO, false);
        }
        if (burst && !situation.failedSoBefore() && situation.elsewhere()) {
            return new Decision.Retry(Duration.ZERO, true);
        }
        Duration delay = credible(situation.serverDelay()).plus(backOff(situation.attempts(), chance));
        if (delay.compareTo(situation.remaining()) >= 0) {
            return new Decision.GiveUp("the call's deadline is before the next attempt");
        }
        return new Decision.Retry(delay, false);
    }

    /** Returns whether a failure is a 429 that names no quota: it is the model's, but often concerns only one project. */
    private static boolean isBurst(Failure failure) {
        return failure.kind() == FailureKind.OVERLOADED && failure.status() == TOO_MANY_REQUESTS;
    }

    /** Ignores delays above the maximum back-off: the server asks for minutes when seconds are enough. */
    private Duration credible(Duration serverDelay) {
        return serverDelay.isNegative() || serverDelay.compareTo(settings.maxDelay()) > 0 ? Duration.ZERO : serverDelay;
    }

    /** Returns the back-off after a number of attempts. */
    Duration backOff(int attempts, double chance) {
        double full = (double) settings.initialDelay().toNanos() * Math.pow(settings.multiplier(), attempts - 1.0);
        double capped = Math.min(full, (double) settings.maxDelay().toNanos());
        return Duration.ofNanos((long) (capped * (1 - settings.jitter() * chance)));
    }
}
