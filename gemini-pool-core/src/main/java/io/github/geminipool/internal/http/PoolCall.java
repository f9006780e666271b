package io.github.geminipool.internal.http;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.GeminiPoolException;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * A call as its caller sees it: options go in, the record of its attempts comes out. With automatic function calling it
 * consists of several HTTP calls in sequence, which share its deadline. Thread-safe.
 */
public final class PoolCall {

    private volatile CallOptions options;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> whenCancelled = new ArrayList<>(1);
    private boolean cancelled;
    private final List<Lease> leases = new ArrayList<>(1);
    private List<KeyDecision> decisions = List.of();
    private final AtomicLong waitedNanos = new AtomicLong();
    private @Nullable GeminiPoolException refusal;

    /** The stack trace of the call's origin; null unless leak detection is on. */
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

    /** Returns the origin of the call, for its trace; null if calls are not traced. */
    @Nullable
    CallOrigin origin() {
        return origin;
    }

    long startNanos() {
        return startNanos;
    }

    /** Sets the preferred project, unless the caller has set one. */
    public void preferByDefault(String project) {
        KeyChoice keys = options.keys();
        if (keys.preferredProject() == null) {
            options = options.withKeys(keys.withPreferredProject(project));
        }
    }

    /**
     * Returns the deadline of the call.
     *
     * @param defaultTimeout applies if the caller set none; 0 for {@link PoolClock#NEVER}
     */
    long deadlineNanos(Duration defaultTimeout) {
        Duration callers = options.deadline();
        Duration timeout = callers != null ? callers : defaultTimeout;
        return timeout.isZero() ? PoolClock.NEVER : PoolClock.plus(startNanos, timeout);
    }

    /**
     * Returns the time until which a wait that begins now may last. The acquire timeout bounds all waits of a call together.
     *
     * @param defaultTimeout the acquire timeout if the caller set none
     */
    long waitsUntil(Duration defaultTimeout, long nowNanos) {
        Duration callers = options.acquireTimeout();
        Duration left = (callers != null ? callers : defaultTimeout).minusNanos(waitedNanos());
        return PoolClock.plus(nowNanos, left.isNegative() ? Duration.ZERO : left);
    }

    /** Registers an HTTP call, to be cancelled with this one. */
    void began(Call call) {
        whenCancelled(call::cancel);
    }

    /** Registers an action to run when the call is cancelled; runs it at once if it already was. */
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

    /** Cancels the running HTTP call and all later ones. */
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

    /** Records the lease of an attempt. */
    void attempted(Lease lease) {
        lock.lock();
        try {
            leases.add(lease);
        } finally {
            lock.unlock();
        }
    }

    /** Adds time spent waiting for an instance, or for the call's turn in a chat. */
    public void waited(long nanos) {
        waitedNanos.addAndGet(nanos);
    }

    /** Records why an attempt got its key; ignores null. */
    void decided(@Nullable KeyDecision decision) {
        if (decision != null) {
            lock.lock();
            try {
                if (decisions.isEmpty()) {
                    decisions = new ArrayList<>(1);
                }
                decisions.add(decision);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns why each attempt got its key; empty unless the caller asked for explanations. */
    public List<KeyDecision> decisions() {
        lock.lock();
        try {
            return options.explained() ? List.copyOf(decisions) : List.of();
        } finally {
            lock.unlock();
        }
    }

    /** Records that the pool refuses the call. */
    public void refused(GeminiPoolException exception) {
        lock.lock();
        try {
            refusal = exception;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the attempts that have ended, in order. */
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

    /** Returns the failure of the last attempt; null if there was none, or it succeeded or is still running. */
    public @Nullable Failure lastFailure() {
        Lease last = lastLease();
        AttemptEnded ended = last == null ? null : last.ended();
        return ended == null ? null : ended.failure();
    }

    /** Returns the lease of the last attempt, ended or not; null without an attempt. */
    public @Nullable Lease lastLease() {
        lock.lock();
        try {
            return leases.isEmpty() ? null : leases.get(leases.size() - 1);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the time spent waiting so far. */
    public long waitedNanos() {
        return waitedNanos.get();
    }

    /** Returns why the pool refused the call; null if it did not. */
    public @Nullable GeminiPoolException refusal() {
        lock.lock();
        try {
            return refusal;
        } finally {
            lock.unlock();
        }
    }
}
