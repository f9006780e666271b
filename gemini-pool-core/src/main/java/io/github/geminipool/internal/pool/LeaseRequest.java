package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.stats.KeyDecision;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The wish for a lease. It is settled once: granted, refused, or cancelled by the one who wished. Whoever settles it
 * announces that after all locks are released.
 */
public final class LeaseRequest {

    private static final Object CANCELLED = new Object();

    // Every call makes a wish, and hardly one waits: fields of its own instead of objects, and no lock until then.
    private static final AtomicReferenceFieldUpdater<LeaseRequest, @Nullable Object> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(LeaseRequest.class, Object.class, "outcome");
    private static final AtomicReferenceFieldUpdater<LeaseRequest, @Nullable Gong> GONG =
            AtomicReferenceFieldUpdater.newUpdater(LeaseRequest.class, Gong.class, "gong");

    private final KeyFilter filter;
    private final Demand demand;
    private final long deadlineNanos;
    private final boolean retry;
    private final boolean fallback;
    private final @Nullable Runnable onSettled;

    /** Null while it is pending; then its lease, its refusal, or {@code CANCELLED}. */
    private volatile @Nullable Object outcome;

    /** What wakes those who wait; null until somebody does. */
    private volatile @Nullable Gong gong;

    private boolean explained;
    private volatile @Nullable KeyDecision decision;

    /** Where it waits; null if it does not have to. Set once, guarded by the model pool's lock. */
    @Nullable
    Place place;

    /**
     * A place in the queue.
     *
     * @param order from 1
     * @param sinceNanos since when it waits
     */
    record Place(long order, long sinceNanos) {}

    /**
     * A wish of a call that has no other model to go on with, for a request whose tokens are not counted.
     *
     * @param filter which keys it accepts
     * @param deadlineNanos until when it may wait
     * @param retry whether its call has made an attempt before; such requests hold a thread and are served first
     * @param onSettled is run when it is settled; null if somebody will wait for it
     */
    public LeaseRequest(KeyFilter filter, long deadlineNanos, boolean retry, @Nullable Runnable onSettled) {
        this(filter, Demand.REQUEST, deadlineNanos, retry, false, onSettled);
    }

    /**
     * A wish.
     *
     * @param filter which keys it accepts
     * @param demand what its request takes of a quota
     * @param deadlineNanos until when it may wait
     * @param retry whether its call has made an attempt before; such requests hold a thread and are served first
     * @param fallback whether its call has another model to go on with
     * @param onSettled is run when it is settled; null if somebody will wait for it
     */
    public LeaseRequest(
            KeyFilter filter,
            Demand demand,
            long deadlineNanos,
            boolean retry,
            boolean fallback,
            @Nullable Runnable onSettled) {
        this.filter = filter;
        this.demand = demand;
        this.deadlineNanos = deadlineNanos;
        this.retry = retry;
        this.fallback = fallback;
        this.onSettled = onSettled;
    }

    /** Has it said why it gets the key that it gets; to be told before it is requested. */
    public void explain() {
        explained = true;
    }

    boolean isExplained() {
        return explained;
    }

    void decided(KeyDecision newDecision) {
        decision = newDecision;
    }

    /** Why it got its key; null if it did not, or nobody asked for it. */
    public @Nullable KeyDecision decision() {
        return decision;
    }

    KeyFilter filter() {
        return filter;
    }

    Demand demand() {
        return demand;
    }

    /** Whether any key will do that has quota: such wishes fare alike, but for their size. */
    boolean isPlain() {
        return filter.isPlain() && demand.isCounted();
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isRetry() {
        return retry;
    }

    boolean hasFallback() {
        return fallback;
    }

    /** Its place in the queue, from 1; 0 if it has none. */
    long order() {
        Place own = place;
        return own == null ? 0 : own.order();
    }

    /** For how long it has waited. */
    long waited(long nowNanos) {
        Place own = place;
        return own == null ? 0 : nowNanos - own.sinceNanos();
    }

    boolean isPending() {
        return outcome == null;
    }

    /** Whether it had to wait; known to the thread that made it, and when it is settled. */
    public boolean wasQueued() {
        return place != null;
    }

    /** Whether nobody has to wait for it any more. */
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
        return OUTCOME.compareAndSet(this, null, newOutcome);
    }

    /** The lease, if it was granted. */
    public @Nullable Lease lease() {
        return outcome instanceof Lease lease ? lease : null;
    }

    /** Why not, if it was refused. */
    public @Nullable Refusal refusal() {
        return outcome instanceof Refusal refusal ? refusal : null;
    }

    /** Waits on the calling thread until the wish is settled; whoever settles it keeps the deadline. */
    public void await(PoolClock clock) throws InterruptedException {
        if (isPending()) {
            gong().await(this, clock);
        }
    }

    private Gong gong() {
        Gong present = gong;
        if (present != null) {
            return present;
        }
        Gong made = new Gong();
        return GONG.compareAndSet(this, null, made) ? made : gong();
    }

    /** Tells those who wait that it is settled; not to be called with a lock held. */
    void announce() {
        // Who waits makes the gong, then looks whether it is settled; here it is the other way round: nobody is missed.
        Gong present = gong;
        if (present != null) {
            present.strike();
        }
        if (onSettled != null) {
            onSettled.run();
        }
    }

    /** Wakes the threads that wait for a wish. */
    private static final class Gong {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition settled = lock.newCondition();

        void await(LeaseRequest wish, PoolClock clock) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (wish.isPending()) {
                    clock.await(lock, settled, PoolClock.NEVER);
                }
            } finally {
                lock.unlock();
            }
        }

        void strike() {
            lock.lock();
            try {
                settled.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
