package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallTrace;
import org.jspecify.annotations.Nullable;

/** A request for a lease of a call that names its caller, or gives way to others; most do neither, and need no room for it. */
public final class CallerLeaseRequest extends LeaseRequest {

    private final Caller caller;
    private final boolean background;

    /** What it took of its caller's limits, and when; guarded by the model pool's lock. */
    private long takenNanos;

    private long takenTokens;

    /**
     * Creates a request.
     *
     * @param caller for whom the call is made
     * @param background whether interactive calls go first
     * @see LeaseRequest
     */
    public CallerLeaseRequest(
            Caller caller,
            boolean background,
            KeyFilter filter,
            Demand demand,
            Use use,
            long deadlineNanos,
            boolean retry,
            boolean fallback,
            boolean explained,
            @Nullable CallTrace trace,
            @Nullable Runnable onSettled) {
        super(filter, demand, use, deadlineNanos, retry, fallback, explained, trace, onSettled);
        this.caller = caller;
        this.background = background;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public boolean isBackground() {
        return background;
    }

    private boolean isNamed() {
        return caller != Caller.NOBODY;
    }

    @Override
    boolean isLimited() {
        return caller.isLimited();
    }

    @Override
    long callerGoesAt(long tokens, long nowNanos) {
        if (!isLimited()) {
            return Long.MIN_VALUE;
        }
        long at = caller.nextAt(this, countedRequests(), counted(tokens), deadlineNanos(), nowNanos);
        if (isSettled()) {
            // It was cancelled meanwhile.
            caller.left(this);
        }
        return at;
    }

    @Override
    boolean isAdmittedBehind(CallersAhead ahead, long tokens, long nowNanos) {
        return !isLimited() || ahead.admit(caller, countedRequests(), counted(tokens), nowNanos);
    }

    @Override
    void leftCaller() {
        caller.left(this);
    }

    @Override
    @Nullable
    Refusal callerRefusal(String model, long tokens, long nowNanos) {
        if (!isLimited()) {
            return null;
        }
        // Other names are their users', and not for logs.
        String who = caller.isListed() ? "caller '" + CleanText.of(caller.name()) + "'" : "its caller";
        if (!caller.mayUse(model)) {
            return Refusal.byCaller(PoolClock.NEVER, who + " may not use the model");
        }
        if (caller.isTooLarge(countedRequests(), counted(tokens))) {
            return Refusal.byCaller(PoolClock.NEVER, "the request is larger than the limits of " + inWords(who));
        }
        long at = callerGoesAt(tokens, nowNanos);
        boolean isUnknown = at == PoolClock.NEVER;
        boolean isTooLate = isUnknown ? deadlineNanos() <= nowNanos : at > nowNanos && at > deadlineNanos();
        return isTooLate ? Refusal.byCaller(isUnknown ? nowNanos : at, inWords(who) + " has reached its limits") : null;
    }

    /** Retries count only for how many calls run at the same time. */
    private int countedRequests() {
        return isRetry() ? 0 : requests();
    }

    private long counted(long tokens) {
        return isRetry() ? 0 : Math.max(0, tokens);
    }

    private String inWords(String who) {
        return who + " (" + caller.limitsInWords() + ")";
    }

    @Override
    boolean takeOfCaller(long tokens, long nowNanos) {
        if (!isNamed()) {
            return true;
        }
        takenTokens = Math.max(0, tokens);
        takenNanos = caller.take(requests(), takenTokens, !isRetry(), nowNanos);
        return takenNanos != Caller.NOT_NOW;
    }

    @Override
    boolean endedOfCaller(boolean sent, long counted) {
        if (!isNamed()) {
            return false;
        }
        if (isRetry()) {
            return caller.ended();
        }
        if (!sent) {
            return caller.notSent(takenNanos, requests(), takenTokens);
        }
        boolean isUnknown = counted < 0 || takenTokens == 0;
        return caller.ended(takenNanos, requests(), takenTokens, isUnknown ? takenTokens : counted);
    }
}
