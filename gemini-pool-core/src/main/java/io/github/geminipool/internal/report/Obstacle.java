package io.github.geminipool.internal.report;

import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.time.PoolClock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a key can't serve a call.
 *
 * @param exclusion what excludes it
 * @param isHalfOpen whether the exclusion is over, but nothing has succeeded since
 */
record Obstacle(Exclusion exclusion, boolean isHalfOpen) {

    /** Returns the one that lasts longer; of two that are not there, null. */
    static @Nullable Obstacle longer(@Nullable Obstacle one, @Nullable Obstacle other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.untilNanos() > one.untilNanos() ? other : one;
    }

    private long untilNanos() {
        return isHalfOpen ? Long.MIN_VALUE : exclusion.untilNanos();
    }

    /** Returns when it ends; {@link PoolClock#NEVER} if that is unknown or an operator must act. */
    long endNanos() {
        return isHalfOpen ? PoolClock.NEVER : exclusion.untilNanos();
    }

    /** Returns when it ends; null if that is unknown or an operator must act. */
    @Nullable
    Instant end(PoolClock clock) {
        return endNanos() == PoolClock.NEVER ? null : clock.instantAt(endNanos());
    }

    String reason() {
        return isHalfOpen
                ? "its pause is over, and the next attempt finds out whether it works again: " + exclusion.reason()
                : exclusion.reason();
    }
}
