package io.github.geminipool.internal.retry;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import java.time.Duration;

/** Decides after a failed attempt: a pure function, so that its tests can be tables. */
public final class RetryRules {

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
        if (failure.kind() == FailureKind.NETWORK && failure.lasting()) {
            return RETURN;
        }
        return failure.cause() == FailureCause.FLEX_CAPACITY
                ? FlexBackOff.decide(failure.kind(), situation, settings.jitter(), chance)
                : decide(failure.kind(), situation, chance);
    }

    /**
     * Decides what to do after an empty response.
     *
     * @param chance a random number from 0 (inclusive) to 1 (exclusive)
     */
    public Decision decide(EmptyResponse empty, Situation situation, double chance) {
        return settings.onEmptyResponse() && empty.isWorthRetrying()
                ? decide(FailureKind.EMPTY_RESPONSE, situation, chance)
                : RETURN;
    }

    private Decision decide(FailureKind kind, Situation situation, double chance) {
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
            return new Decision.Retry(Duration.ZERO);
        }
        if (!situation.failedSoBefore() && situation.elsewhere()) {
            // Whether it is the key's, the project's or everybody's, another project shows.
            return new Decision.Retry(Duration.ZERO);
        }
        Duration delay = credible(situation.serverDelay()).plus(backOff(situation.backOffs(), chance));
        if (delay.compareTo(situation.remaining()) >= 0) {
            return new Decision.GiveUp("the call's deadline is before the next attempt");
        }
        return new Decision.Retry(delay);
    }

    /** Ignores delays above the maximum back-off: the server asks for minutes when seconds are enough. */
    private Duration credible(Duration serverDelay) {
        return serverDelay.isNegative() || serverDelay.compareTo(settings.maxDelay()) > 0 ? Duration.ZERO : serverDelay;
    }

    /** Returns the next back-off after a number of them. */
    Duration backOff(int before, double chance) {
        double full = (double) settings.initialDelay().toNanos() * Math.pow(settings.multiplier(), before);
        double capped = Math.min(full, (double) settings.maxDelay().toNanos());
        return Duration.ofNanos((long) (capped * (1 - settings.jitter() * chance)));
    }
}
