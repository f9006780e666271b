package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Why a wish was not granted.
 *
 * @param cause which of the reasons
 * @param retryAtNanos when it might be granted, as far as known; otherwise {@code PoolClock.NEVER}
 * @param fallBackFor the failure for which its call goes on with another model; null if it does not
 */
public record Refusal(
        Cause cause, long retryAtNanos, @Nullable Failure fallBackFor) {

    public Refusal(Cause cause, long retryAtNanos) {
        this(cause, retryAtNanos, null);
    }

    /** The reasons. */
    public enum Cause {
        /** No key that the wish accepts can be used before its deadline. */
        NO_KEY,
        /** Its prompt has more tokens than any project may send in a minute. */
        TOO_LARGE,
        /** All instances stayed busy until its deadline. */
        BUSY,
        /** The pool is closed. */
        CLOSED
    }
}
