package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import org.jspecify.annotations.Nullable;

/**
 * Something is not used until a time.
 *
 * @param scope what
 * @param untilNanos the time at which it is used again; {@link PoolClock#NEVER} where an operator must act
 * @param reason why, in words
 * @param failure the verdict behind it, or null if there is none
 */
public record Exclusion(
        Scope scope,
        long untilNanos,
        String reason,
        @Nullable Failure failure) {

    public boolean isLasting() {
        return untilNanos == PoolClock.NEVER;
    }

    Exclusion until(long otherNanos) {
        return new Exclusion(scope, otherNanos, reason, failure);
    }
}
