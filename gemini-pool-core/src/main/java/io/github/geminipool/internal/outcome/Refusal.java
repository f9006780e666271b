package io.github.geminipool.internal.outcome;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.time.PoolClock;
import org.jspecify.annotations.Nullable;

/**
 * Why a lease request was refused.
 *
 * @param cause the kind of refusal
 * @param retryAtNanos when a request might be granted, as far as known; else {@code PoolClock.NEVER}
 * @param fallBackFor the failure because of which the call should fall back to another model; null if it should not
 * @param callersLimits which limits of its caller it exceeds, in words; null unless these are the cause
 */
public record Refusal(
        Cause cause,
        long retryAtNanos,
        @Nullable Failure fallBackFor,
        @Nullable String callersLimits) {

    public static final Refusal CLOSED = new Refusal(Cause.CLOSED, PoolClock.NEVER);
    public static final Refusal TOO_LARGE = new Refusal(Cause.TOO_LARGE, PoolClock.NEVER);
    public static final Refusal BUSY = new Refusal(Cause.BUSY, PoolClock.NEVER);

    public Refusal(Cause cause, long retryAtNanos) {
        this(cause, retryAtNanos, null);
    }

    public Refusal(Cause cause, long retryAtNanos, @Nullable Failure fallBackFor) {
        this(cause, retryAtNanos, fallBackFor, null);
    }

    public static Refusal byCaller(long retryAtNanos, String why) {
        return new Refusal(Cause.CALLER_LIMITS, retryAtNanos, null, why);
    }

    /** The kinds of refusals. */
    public enum Cause {
        /** No eligible key becomes available before the request's deadline. */
        NO_KEY,
        /** The prompt has more tokens, or the batch more texts, than any eligible project may send. */
        TOO_LARGE,
        /** All instances stayed busy until the request's deadline. */
        BUSY,
        /** The call is a background call, and its turn does not come before the request's deadline. */
        PACE,
        /** The caller's limits don't admit the call before the request's deadline. */
        CALLER_LIMITS,
        /** The pool is closed. */
        CLOSED
    }
}
