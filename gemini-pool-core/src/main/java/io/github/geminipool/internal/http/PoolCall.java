package io.github.geminipool.internal.http;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.GeminiPoolException;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked for: options go in, how it went comes out. It may be several HTTP calls one after the other
 * (automatic function calling), which share its deadline. Thread-safe.
 */
public final class PoolCall {

    private volatile CallOptions options;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> whenCancelled = new ArrayList<>(1);
    private boolean cancelled;
    private final List<Lease> leases = new ArrayList<>(1);
    private final AtomicLong waitedNanos = new AtomicLong();
    private @Nullable GeminiPoolException refusal;

    /** Where it was made; null unless leaks are looked for. */
    private final @Nullable Exception madeAt;

    private final @Nullable CallOrigin origin;

    PoolCall(CallOptions options, long startNanos, @Nullable Exception madeAt, @Nullable CallOrigin origin) {
        this.origin = origin;
        this.madeAt = madeAt;
        this.options = options;
        this.startNanos = startNanos;
    }

    public CallOptions options() {
        return options;
    }

    @Nullable
    Exception madeAt() {
        return madeAt;
    }

    /** Where it comes from, for a trace; null where nobody traces. */
    @Nullable
    CallOrigin origin() {
        return origin;
    }

    long startNanos() {
        return startNanos;
    }

    /** Says which project it prefers, unless its caller has. */
    public void preferByDefault(String project) {
        KeyChoice keys = options.keys();
        if (keys.preferredProject() == null) {
            options = options.withKeys(keys.withPreferredProject(project));
        }
    }

    /** When it must be over, by its caller's word or else after a time; {@link PoolClock#NEVER} for 0. */
    long deadlineNanos(Duration otherwise) {
        Duration own = options.deadline();
        Duration timeout = own != null ? own : otherwise;
        return timeout.isZero() ? PoolClock.NEVER : PoolClock.plus(startNanos, timeout);
    }

    /** Until when it may wait from now on: its acquire timeout bounds all its waits together. */
    long waitsUntil(Duration acquireTimeout, long nowNanos) {
        Duration own = options.acquireTimeout();
        Duration left = (own != null ? own : acquireTimeout).minusNanos(waitedNanos());
        return PoolClock.plus(nowNanos, left.isNegative() ? Duration.ZERO : left);
    }

    void began(Call call) {
        whenCancelled(call::cancel);
    }

    /** Has something done when it is cancelled; at once if it was. */
    public void whenCancelled(Runnable action) {
        boolean tooLate;
        lock.lock();
        try {
            whenCancelled.add(action);
            tooLate = cancelled;
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            action.run();
        }
    }

    /** Cancels what runs and what would still come. */
    public void cancel() {
        List<Runnable> actions;
        lock.lock();
        try {
            cancelled = true;
            actions = List.copyOf(whenCancelled);
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }

    void attempted(Lease lease) {
        lock.lock();
        try {
            leases.add(lease);
        } finally {
            lock.unlock();
        }
    }

    /** It has waited for an instance, or for its turn in a chat. */
    public void waited(long nanos) {
        waitedNanos.addAndGet(nanos);
    }

    /** The pool refuses it. */
    public void refused(GeminiPoolException exception) {
        lock.lock();
        try {
            refusal = exception;
        } finally {
            lock.unlock();
        }
    }

    /** The attempts that have ended, in order. */
    public List<AttemptEnded> attempts() {
        lock.lock();
        try {
            List<AttemptEnded> ended = new ArrayList<>(leases.size());
            for (Lease lease : leases) {
                AttemptEnded end = lease.ended();
                if (end != null) {
                    ended.add(end);
                }
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** The verdict on the last attempt; null if there was none, or it succeeded or goes on. */
    public @Nullable Failure lastFailure() {
        Lease last = lastLease();
        AttemptEnded ended = last == null ? null : last.ended();
        return ended == null ? null : ended.failure();
    }

    /** The lease of the last attempt, ended or not; null without one. */
    public @Nullable Lease lastLease() {
        lock.lock();
        try {
            return leases.isEmpty() ? null : leases.get(leases.size() - 1);
        } finally {
            lock.unlock();
        }
    }

    /** The time spent waiting for instances so far. */
    public long waitedNanos() {
        return waitedNanos.get();
    }

    /** Why the pool refused it; null if it did not. */
    public @Nullable GeminiPoolException refusal() {
        lock.lock();
        try {
            return refusal;
        } finally {
            lock.unlock();
        }
    }
}
