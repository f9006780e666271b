package io.github.geminipool.internal.health;

import io.github.geminipool.failure.FailureKind;
import java.time.Duration;

/**
 * How long a scope is not used after a failure that does not say how long it will last.
 *
 * @param longestOfProbed the longest pause of keys and projects, which are probed without a call and at no cost
 */
record PausePolicy(Duration longestOfProbed) {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * Returns the pause of a scope that failed by itself.
     *
     * @param strikes number of consecutive failures before this one
     */
    Duration ofScope(FailureKind kind, int strikes) {
        return switch (kind) {
            case KEY_REJECTED -> growing(Duration.ofSeconds(10), 6, strikes, longestOfProbed);
            case PROJECT_REJECTED -> growing(MINUTE, 4, strikes, longestOfProbed);
            case BILLING -> growing(MINUTE, 2, strikes, HOUR);
            case RATE_LIMITED -> MINUTE;
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED -> Duration.ofHours(24);
            default -> Duration.ZERO;
        };
    }

    /** Returns the pause of a project that does not serve what another serves. */
    Duration ofContrast(int strikes) {
        return growing(Duration.ofSeconds(30), 4, strikes, HOUR);
    }

    /** Returns the pause of a scope that was rejected together with most others, which is not its fault. */
    Duration ofRejectedTogether(FailureKind kind, int strikes) {
        Duration pause = ofScope(kind, strikes);
        return pause.compareTo(MINUTE) < 0 ? pause : MINUTE;
    }

    /** Returns the pause of an outage: short, since a probe costs little and notices its end soon. */
    Duration ofOutage(FailureKind kind, int strikes) {
        return kind == FailureKind.EGRESS_BLOCKED
                ? growing(SECOND, 4, strikes, MINUTE)
                : growing(SECOND, 2, strikes, Duration.ofSeconds(4));
    }

    private static Duration growing(Duration first, int factor, int strikes, Duration limit) {
        Duration pause = first;
        for (int i = 0; i < strikes && pause.compareTo(limit) < 0; i++) {
            pause = pause.multipliedBy(factor);
        }
        return pause.compareTo(limit) < 0 ? pause : limit;
    }
}
