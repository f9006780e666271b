package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import java.time.temporal.ChronoUnit;
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

    private static final int LONGEST_REASON = 120;

    public boolean isLasting() {
        return untilNanos == PoolClock.NEVER;
    }

    /** Why, and until when, for whoever asks for the key. */
    public String inWords(PoolClock clock) {
        String until = isLasting()
                ? "until somebody acts"
                : "until " + clock.instantAt(untilNanos).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
        return (reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…") + ", " + until;
    }

    Exclusion until(long otherNanos) {
        return new Exclusion(scope, otherNanos, reason, failure);
    }
}
