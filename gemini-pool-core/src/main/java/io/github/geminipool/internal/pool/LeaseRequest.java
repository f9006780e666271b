package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.order.CallersAhead;
import io.github.geminipool.internal.order.SlotUser;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Signal;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.TurnPlace;
import io.github.geminipool.internal.turn.WaitingPlace;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A request for a lease. It is settled once: granted, refused, or cancelled by the requester. The
 * settlement is announced after all locks are released.
 */
@SuppressWarnings("EnumOrdinal") // Within one process only.
public sealed class LeaseRequest implements SlotUser permits CallerLeaseRequest {

    private static final Object CANCELLED = new Object();
    private static final Use[] USES = Use.values();

    /** How long after the deadline a waiting thread gives up on the timer. */
    private static final Duration OVERDUE = Duration.ofMillis(20);

    // Every call makes a request, and hardly any has to wait: field updaters instead of objects, and no lock until
    // one waits.
    private static final AtomicReferenceFieldUpdater<LeaseRequest, @Nullable Object> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(LeaseRequest.class, Object.class, "outcome");
    private static final AtomicReferenceFieldUpdater<LeaseRequest, @Nullable Signal> SIGNAL =
            AtomicReferenceFieldUpdater.newUpdater(LeaseRequest.class, Signal.class, "signal");

    private final KeyFilter filter;
    private final Demand demand;
    private final long deadlineNanos;
    private final boolean retry;
    private final boolean fallback;
    private final boolean explained;

    /** A byte, for which there is room: a reference would cost every attempt eight bytes. */
    private final byte use;

    private final @Nullable CallTrace trace;
    private final @Nullable Runnable onSettled;

    /** Null while it is pending; then its lease, its refusal, or {@code CANCELLED}. */
    private volatile @Nullable Object outcome;

    /** Wakes the threads that wait for it; null until one does. */
    private volatile @Nullable Signal signal;

    private volatile @Nullable KeyDecision decision;

    /** Its place in the queue; null if it was never queued. Set once, guarded by the model pool's lock. */
    @Nullable
    Place place;

    /** A place in the queue, and when the request was queued. */
    static final class Place extends TurnPlace {

        private final long sinceNanos;

        /** The request that was settled next during the same hold of the lock, to be announced after this one; guarded by that lock. */
        @Nullable
        LeaseRequest nextSettled;

        Place(long order, long sinceNanos) {
            super(order);
            this.sinceNanos = sinceNanos;
        }
    }

    /** Creates a request for a call that has no fallback model and whose tokens are not counted. */
    public LeaseRequest(KeyFilter filter, long deadlineNanos, boolean retry, @Nullable Runnable onSettled) {
        this(filter, Demand.REQUEST, deadlineNanos, retry, false, onSettled);
    }

    /** Creates a request for a call that is neither explained nor traced. */
    public LeaseRequest(
            KeyFilter filter,
            Demand demand,
            long deadlineNanos,
            boolean retry,
            boolean fallback,
            @Nullable Runnable onSettled) {
        this(filter, demand, Use.PLAIN, deadlineNanos, retry, fallback, false, null, onSettled);
    }

    /** Creates the request for the lease of a probe, which takes no quota. */
    static LeaseRequest ofProbe() {
        return new LeaseRequest(
                KeyFilter.ANY, Demand.NOTHING, Use.OTHER, PoolClock.NEVER, false, false, false, null, null);
    }

    /**
     * Creates a request.
     *
     * @param filter which keys it accepts
     * @param demand what the attempt takes from a quota
     * @param use what the attempt is for
     * @param deadlineNanos until when it may wait
     * @param retry whether its call has made an attempt before: it holds a thread, and is therefore served first
     * @param fallback whether its call can continue with another model
     * @param explained whether to record why it gets its key
     * @param trace the trace of the call; null for none
     * @param onSettled runs when it is settled; null if a thread will wait for it
     */
    public LeaseRequest(
            KeyFilter filter,
            Demand demand,
            Use use,
            long deadlineNanos,
            boolean retry,
            boolean fallback,
            boolean explained,
            @Nullable CallTrace trace,
            @Nullable Runnable onSettled) {
        this.filter = filter;
        this.demand = demand;
        this.use = (byte) use.ordinal();
        this.deadlineNanos = deadlineNanos;
        this.retry = retry;
        this.fallback = fallback;
        this.explained = explained;
        this.trace = trace;
        this.onSettled = onSettled;
    }

    boolean isExplained() {
        return explained;
    }

    @Nullable
    CallTrace trace() {
        return trace;
    }

    void decided(KeyDecision newDecision) {
        decision = newDecision;
    }

    /** Returns why it got its key; null if it did not, or no explanation was asked for. */
    public @Nullable KeyDecision decision() {
        return decision;
    }

    @Override
    public KeyFilter filter() {
        return filter;
    }

    @Override
    public Demand demand() {
        return demand;
    }

    Use use() {
        return USES[use];
    }

    /** Returns whether it accepts any key with quota: such requests are interchangeable, except for their size. */
    @Override
    public boolean isPlain() {
        return filter.isPlain() && demand.isCounted();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public boolean isRetry() {
        return retry;
    }

    @Override
    public Caller caller() {
        return Caller.NOBODY;
    }

    @Override
    public boolean isBackground() {
        return false;
    }

    @Override
    public boolean isLimited() {
        return false;
    }

    /**
     * Returns when its caller's limits admit it: a past time for now, {@link PoolClock#NEVER} if that is unknown.
     *
     * @param tokens the tokens to reserve
     */
    long callerGoesAt(long tokens, long nowNanos) {
        return Long.MIN_VALUE;
    }

    /** Returns whether its caller's limits admit it, and no other request of the caller is ahead of it. */
    boolean mayGoByCaller(WaitingPlace of, long tokens, long nowNanos) {
        return true;
    }

    @Override
    public boolean isAdmittedBehind(CallersAhead ahead, long tokens, long nowNanos) {
        return true;
    }

    /** Tells its caller that it no longer waits. */
    void leaveCaller() {}

    /**
     * Returns the refusal if its caller's limits don't admit it before its deadline; else null.
     *
     * @param ahead the number of its caller's requests that go before it; 0 if unknown
     * @param isHeld whether it could not go although a key was available
     */
    @Nullable
    Refusal callerRefusal(long tokens, long ahead, boolean isHeld, long nowNanos) {
        return null;
    }

    /** Takes what it needs from its caller's limits; returns false if they don't admit it now. */
    boolean takeFromCaller(WaitingPlace of, long tokens, long nowNanos) {
        return true;
    }

    /**
     * Gives back what it took from its caller's limits and did not need.
     *
     * @param sent whether it was sent at all
     * @param counted its tokens as counted by Gemini; less than 0 if unknown
     * @return whether calls of the caller that wait in any model pool may go now
     */
    boolean giveBackToCaller(boolean sent, long counted) {
        return false;
    }

    @Override
    public int requests() {
        return demand.requests();
    }

    @Override
    public long tokens() {
        return demand.tokens();
    }

    @Override
    public @Nullable TurnPlace place() {
        return place;
    }

    @Override
    public void takePlace(long order, long nowNanos) {
        place = new Place(order, nowNanos);
    }

    @Override
    public boolean hasFallback() {
        return fallback;
    }

    /** Returns how long it has been in the queue; 0 if it never was. */
    public long waited(long nowNanos) {
        Place own = place;
        return own == null ? 0 : nowNanos - own.sinceNanos;
    }

    /** Unlinks and returns the request behind it, by {@link Place#nextSettled}; null if there is none. */
    @Nullable
    LeaseRequest takeNextSettled() {
        Place own = place;
        if (own == null) {
            return null;
        }
        LeaseRequest next = own.nextSettled;
        own.nextSettled = null;
        return next;
    }

    boolean isPending() {
        return outcome == null;
    }

    /** Returns whether it had to wait; to be called by the thread that made it, or once it is settled. */
    public boolean wasQueued() {
        return place != null;
    }

    public boolean isSettled() {
        return outcome != null;
    }

    boolean grant(Lease lease) {
        return settle(lease);
    }

    boolean refuse(Refusal refusal) {
        return settle(refusal);
    }

    boolean cancel() {
        return settle(CANCELLED);
    }

    private boolean settle(Object newOutcome) {
        boolean isNow = OUTCOME.compareAndSet(this, null, newOutcome);
        if (isNow) {
            leaveCaller();
        }
        return isNow;
    }

    /** Returns the lease; null unless it was granted. */
    public @Nullable Lease lease() {
        return outcome instanceof Lease lease ? lease : null;
    }

    /** Returns the refusal; null unless it was refused. */
    public @Nullable Refusal refusal() {
        return outcome instanceof Refusal refusal ? refusal : null;
    }

    /**
     * Blocks until it is settled. The model pool enforces its deadline; if it fails to, this returns a little later, with the
     * request still pending.
     */
    public void await(PoolClock clock) throws InterruptedException {
        if (isPending()) {
            signal().await(this::isPending, clock, PoolClock.plus(deadlineNanos, OVERDUE));
        }
    }

    private Signal signal() {
        Signal present = signal;
        if (present != null) {
            return present;
        }
        Signal made = new Signal();
        return SIGNAL.compareAndSet(this, null, made) ? made : signal();
    }

    /** Notifies the waiting threads that it is settled; no lock may be held. */
    void announce() {
        // A waiting thread creates the signal before it checks the outcome. Here the order is reversed, so that no
        // thread misses the signal.
        Signal present = signal;
        if (present != null) {
            present.give();
        }
        if (onSettled != null) {
            onSettled.run();
        }
    }
}
