package io.github.geminipool.internal.pool;

/**
 * Why a wish was not granted.
 *
 * @param cause which of the reasons
 * @param retryAtNanos when it might be granted, as far as known; otherwise {@code PoolClock.NEVER}
 */
public record Refusal(Cause cause, long retryAtNanos) {

    /** The reasons. */
    public enum Cause {
        /** No key that the wish accepts can be used before its deadline. */
        NO_KEY,
        /** All instances stayed busy until its deadline. */
        BUSY,
        /** The pool is closed. */
        CLOSED
    }
}
