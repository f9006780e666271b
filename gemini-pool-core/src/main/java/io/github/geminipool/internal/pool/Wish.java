package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.PoolClock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The wish for a lease. It is settled once: granted, refused, or cancelled by the one who wished. Whoever settles it
 * announces that after all locks are released.
 */
public final class Wish {

    private sealed interface State {
        record Pending() implements State {}

        record Granted(Lease lease) implements State {}

        record Refused(Refusal refusal) implements State {}

        record Cancelled() implements State {}
    }

    private static final State PENDING = new State.Pending();
    private static final State CANCELLED = new State.Cancelled();

    private final KeyFilter filter;
    private final long deadlineNanos;
    private final boolean repeat;
    private final @Nullable Runnable onSettled;
    private final AtomicReference<State> state = new AtomicReference<>(PENDING);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();

    /** Its place in the queue; guarded by the model pool's lock. */
    long order;

    /**
     * A wish.
     *
     * @param filter which keys it accepts
     * @param deadlineNanos until when it may wait
     * @param repeat whether its call has had an attempt before; such wishes hold a thread and go first
     * @param onSettled is run when it is settled; null if somebody will wait for it
     */
    public Wish(KeyFilter filter, long deadlineNanos, boolean repeat, @Nullable Runnable onSettled) {
        this.filter = filter;
        this.deadlineNanos = deadlineNanos;
        this.repeat = repeat;
        this.onSettled = onSettled;
    }

    KeyFilter filter() {
        return filter;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isRepeat() {
        return repeat;
    }

    boolean isPending() {
        return state.get() == PENDING;
    }

    boolean grant(Lease lease) {
        return state.compareAndSet(PENDING, new State.Granted(lease));
    }

    boolean refuse(Refusal refusal) {
        return state.compareAndSet(PENDING, new State.Refused(refusal));
    }

    boolean cancel() {
        return state.compareAndSet(PENDING, CANCELLED);
    }

    /** The lease, if it was granted. */
    public @Nullable Lease lease() {
        return state.get() instanceof State.Granted granted ? granted.lease() : null;
    }

    /** Why not, if it was refused. */
    public @Nullable Refusal refusal() {
        return state.get() instanceof State.Refused refused ? refused.refusal() : null;
    }

    /** Waits on the calling thread until the wish is settled; whoever settles it keeps the deadline. */
    public void await(PoolClock clock) throws InterruptedException {
        if (!isPending()) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (isPending()) {
                clock.await(lock, settled, PoolClock.NEVER);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells those who wait that it is settled; not to be called with a lock held. */
    void announce() {
        lock.lock();
        try {
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        if (onSettled != null) {
            onSettled.run();
        }
    }
}
