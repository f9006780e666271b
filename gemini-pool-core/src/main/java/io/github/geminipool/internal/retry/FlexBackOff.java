package io.github.geminipool.internal.retry;

import io.github.geminipool.failure.FailureKind;
import java.time.Duration;

/**
 * The back-off of calls of the flex tier, for which Gemini has no spare capacity at times. It is longer than that of
 * other calls, since callers who ask for this tier can wait for minutes.
 */
final class FlexBackOff {

    private static final Duration INITIAL = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofMinutes(1);

    /** Without a deadline, calls are retried for as long as Gemini may take to serve them. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private FlexBackOff() {}

    /**
     * Decides after a failure for want of flex capacity.
     *
     * @param jitter the fraction of the back-off that may be randomized, up to half of it
     * @param chance a random number from 0 (inclusive) to 1 (exclusive)
     */
    static Decision decide(FailureKind kind, Situation situation, double jitter, double chance) {
        if (!situation.bodyReusable()) {
            return new Decision.GiveUp("the request's body can be sent only once");
        }
        if (situation.attempts() >= situation.maxAttempts()) {
            return new Decision.GiveUp("all " + situation.maxAttempts() + " attempts are used up");
        }
        if (kind != FailureKind.OVERLOADED && situation.mayBeExecuted() && !situation.idempotent()) {
            return new Decision.GiveUp("Gemini may have executed the request, which must not happen twice");
        }
        Duration delay = max(hint(situation.serverDelay()), backOff(situation.attempts(), jitter, chance));
        return delay.compareTo(situation.remaining()) >= 0 || delay.compareTo(PATIENCE.minus(situation.elapsed())) >= 0
                ? new Decision.GiveUp("the call has no time left for another attempt in the flex tier")
                : new Decision.Retry(delay);
    }

    private static Duration hint(Duration serverDelay) {
        return serverDelay.compareTo(MAX) > 0 ? MAX : serverDelay;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration backOff(int attempts, double jitter, double chance) {
        double full = INITIAL.toNanos() * Math.pow(2, attempts - 1.0);
        double capped = Math.min(full, (double) MAX.toNanos());
        return Duration.ofNanos((long) (capped * (1 - jitter * chance / 2)));
    }
}
