package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.TimeInWords;
import org.jspecify.annotations.Nullable;

/**
 * A scope that is not used until a time.
 *
 * @param scope the excluded scope
 * @param untilNanos when it may be used again; {@link PoolClock#NEVER} if an operator must act
 * @param reason a description of the cause
 * @param failure the verdict that caused it, or null if there is none
 */
public record Exclusion(
        Scope scope,
        long untilNanos,
        String reason,
        @Nullable Failure failure) {

    private static final int MAX_REASON_LENGTH = 120;

    /** Returns whether only an operator can end it. */
    public boolean isLasting() {
        return untilNanos == PoolClock.NEVER;
    }

    /** Describes the reason and the end, for error messages. */
    public String inWords(PoolClock clock) {
        String until = isLasting()
                ? "until an operator acts"
                : "for " + TimeInWords.until(clock.instantAt(untilNanos), clock.now());
        return (reason.length() <= MAX_REASON_LENGTH ? reason : reason.substring(0, MAX_REASON_LENGTH) + "…") + ", "
                + until;
    }

    /** Returns the same exclusion with another end. */
    Exclusion until(long otherNanos) {
        return new Exclusion(scope, otherNanos, reason, failure);
    }
}
