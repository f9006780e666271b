package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.order.CallersAhead;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.WaitingPlace;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallTrace;
import org.jspecify.annotations.Nullable;

/**
 * A lease request of a call that names its caller or gives way to interactive calls. Most calls do neither, so their requests need
 * no fields for it.
 */
public final class CallerLeaseRequest extends LeaseRequest {

    private final Caller caller;
    private final boolean background;
    private final boolean isCall;
    private final boolean mayUseModel;

    /** When it took from its caller's limits; this and the amount are guarded by the model pool's lock. */
    private long takenNanos;

    private long takenTokens;

    /**
     * Creates a request.
     *
     * @param caller the one for whom the call is made
     * @param background whether it gives way to interactive calls
     * @param isCall whether it counts as a new call; false if an earlier attempt of the call was sent, so that it counts towards
     *     the concurrency limit only
     * @param mayUseModel whether the caller may use the model
     * @see LeaseRequest
     */
    public CallerLeaseRequest(
            Caller caller,
            boolean background,
            boolean isCall,
            boolean mayUseModel,
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
        this.isCall = isCall;
        this.mayUseModel = mayUseModel;
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
    public boolean isLimited() {
        return caller.isLimited();
    }

    @Override
    long callerGoesAt(long tokens, long nowNanos) {
        long at = caller.nextAt(this, countedRequests(), counted(tokens), deadlineNanos(), nowNanos);
        leaveIfCancelled();
        return at;
    }

    /** A cancelling thread does not wait for the pool's lock, so this one must clean up. */
    private void leaveIfCancelled() {
        if (isSettled()) {
            caller.left(this);
        }
    }

    @Override
    public boolean isAdmittedBehind(CallersAhead ahead, long tokens, long nowNanos) {
        return !isLimited() || ahead.admit(caller, countedRequests(), counted(tokens), nowNanos);
    }

    @Override
    void leaveCaller() {
        caller.left(this);
    }

    @Override
    boolean mayGoByCaller(WaitingPlace of, long tokens, long nowNanos) {
        if (!isLimited()) {
            return true;
        }
        boolean mayGo =
                caller.mayGo(of, background, this, countedRequests(), counted(tokens), deadlineNanos(), nowNanos);
        leaveIfCancelled();
        return mayGo;
    }

    @Override
    @Nullable
    Refusal callerRefusal(long tokens, long ahead, boolean isHeld, long nowNanos) {
        // Unlisted names may identify users and do not belong in logs.
        String who = caller.isListed() ? "caller '" + CleanText.of(caller.name()) + "'" : "its caller";
        if (!mayUseModel) {
            return Refusal.byCaller(PoolClock.NEVER, who + " may not use the model");
        }
        if (caller.isTooLarge(countedRequests(), counted(tokens))) {
            return Refusal.byCaller(PoolClock.NEVER, "the request is larger than the limits of " + inWords(who));
        }
        long behind = caller.goesBehindAt(ahead, countedRequests(), nowNanos);
        long at = behind > Math.max(deadlineNanos(), nowNanos) ? behind : callerGoesAt(tokens, nowNanos);
        boolean isKnown = at != PoolClock.NEVER && at > nowNanos;
        boolean isTooLate =
                isKnown ? at > deadlineNanos() : (isHeld || at == PoolClock.NEVER) && deadlineNanos() <= nowNanos;
        return isTooLate ? Refusal.byCaller(isKnown ? at : nowNanos, inWords(who) + " has reached its limits") : null;
    }

    private int countedRequests() {
        return isCall ? requests() : 0;
    }

    private long counted(long tokens) {
        return isCall ? Math.max(0, tokens) : 0;
    }

    private String inWords(String who) {
        return who + " (" + caller.limitsInWords() + ")";
    }

    @Override
    boolean takeFromCaller(WaitingPlace of, long tokens, long nowNanos) {
        if (!isNamed()) {
            return true;
        }
        takenTokens = Math.max(0, tokens);
        takenNanos = caller.take(of, background, requests(), takenTokens, isCall, nowNanos);
        return takenNanos != Caller.NOT_NOW;
    }

    @Override
    boolean giveBackToCaller(boolean sent, long counted) {
        if (!isNamed()) {
            return false;
        }
        if (!isCall) {
            return caller.ended();
        }
        if (!sent) {
            return caller.notSent(takenNanos, requests(), takenTokens);
        }
        boolean isUnknown = counted < 0 || takenTokens == 0;
        return caller.ended(takenNanos, requests(), takenTokens, isUnknown ? takenTokens : counted);
    }
}
