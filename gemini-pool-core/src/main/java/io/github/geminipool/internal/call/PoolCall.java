package io.github.geminipool.internal.call;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.GeminiPoolException;
import io.github.geminipool.internal.continuation.PendingHops;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A call as its caller sees it: options go in, the record of its attempts comes out. With automatic function calling it
 * consists of several HTTP calls in sequence, which share its deadline. Thread-safe.
 */
public final class PoolCall extends CancellableCall {

    private static final AtomicLongFieldUpdater<PoolCall> WAITED_NANOS =
            AtomicLongFieldUpdater.newUpdater(PoolCall.class, "waitedNanos");

    private volatile CallOptions options;

    /** Whether the deadline is the call's own, and not that of its client or of the block of code around it. */
    private final boolean hasOwnDeadline;

    private volatile long startNanos;

    /** The digest of the token with which an asynchronous response may continue. */
    private @Nullable String nextHop;

    private volatile boolean takesMarkers;
    private volatile boolean ofBatch;

    /** The lease of the last attempt, which leads to those before. */
    private @Nullable Lease lastLease;

    private List<KeyDecision> decisions = List.of();

    private volatile long waitedNanos;
    private @Nullable GeminiPoolException refusal;

    /** The stack trace of the call's origin; null unless leak detection is on. */
    private final @Nullable Exception madeAt;

    private final @Nullable CallOrigin origin;
    private final PendingHops<PoolCall> hops;

    /**
     * Creates a call.
     *
     * @param own its own options
     * @param options its options, completed by those that surround it
     */
    PoolCall(
            CallOptions own,
            CallOptions options,
            long startNanos,
            @Nullable Exception madeAt,
            @Nullable CallOrigin origin,
            PendingHops<PoolCall> hops) {
        this.hops = hops;
        this.origin = origin;
        this.madeAt = madeAt;
        this.hasOwnDeadline = own.deadline() != null;
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

    public long startNanos() {
        return startNanos;
    }

    /** Records that it begins only now: nobody has asked for anything of it before. */
    public void beginsAt(long nanos) {
        startNanos = nanos;
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
     * @param sdkTimeout the timeout that the call has in the SDK; 0 for none
     * @param defaultTimeout applies if the caller set none; 0 for {@link PoolClock#NEVER}
     */
    public long deadlineNanos(Duration sdkTimeout, Duration defaultTimeout) {
        Duration set = options.deadline();
        Duration otherwise = sdkTimeout.isZero() ? defaultTimeout : sdkTimeout;
        Duration timeout = set != null && (hasOwnDeadline || sdkTimeout.isZero()) ? set : otherwise;
        return timeout.isZero() ? PoolClock.NEVER : PoolClock.plus(startNanos, timeout);
    }

    /**
     * Returns the time until which a wait that begins now may last. The acquire timeout bounds all waits of a call together.
     *
     * @param defaultTimeout the acquire timeout if the caller set none
     */
    public long waitsUntil(Duration defaultTimeout, long nowNanos) {
        return waitsUntil(defaultTimeout, waitedNanos, nowNanos);
    }

    /** Returns the time until which a wait that begins now may last if the call's earlier waits don't count. */
    public long waitsAnewUntil(Duration defaultTimeout, long nowNanos) {
        return waitsUntil(defaultTimeout, 0, nowNanos);
    }

    private long waitsUntil(Duration defaultTimeout, long waited, long nowNanos) {
        Duration callers = options.acquireTimeout();
        Duration timeout = callers != null ? callers : defaultTimeout;
        if (waited == 0) {
            return PoolClock.plus(nowNanos, timeout);
        }
        Duration left = timeout.minusNanos(waited);
        return PoolClock.plus(nowNanos, left.isNegative() ? Duration.ZERO : left);
    }

    /** Records that the facade has the response. */
    public void closed() {
        String token;
        CallGroup left;
        lock.lock();
        try {
            left = endOpen();
            token = nextHop;
            nextHop = null;
        } finally {
            lock.unlock();
        }
        leave(left);
        if (token != null) {
            hops.remove(token, this);
        }
    }

    /** Records that the response may continue with a request that has this token. */
    public void mayGoOn(String token) {
        lock.lock();
        try {
            if (isOpen()) {
                nextHop = token;
                hops.add(token, this);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records that the reader of its streams takes out the markers that the pool puts behind each event. */
    public void takeMarkers() {
        takesMarkers = true;
    }

    /** Returns whether the reader of its streams takes markers out. */
    public boolean takesMarkers() {
        return takesMarkers;
    }

    /** Records that it belongs to a batch, so that nobody waits for its response unless its options say otherwise. */
    public void becomePartOfBatch() {
        ofBatch = true;
    }

    /** Returns whether it belongs to a batch. */
    public boolean isOfBatch() {
        return ofBatch;
    }

    /** Records the lease of an attempt. */
    public void attempted(Lease lease) {
        lock.lock();
        try {
            lease.follows(lastLease);
            lastLease = lease;
        } finally {
            lock.unlock();
        }
    }

    /** Adds time spent waiting for an instance, or for the call's turn in a chat. */
    public void waited(long nanos) {
        WAITED_NANOS.addAndGet(this, nanos);
    }

    /** Records why an attempt got its key; ignores null. */
    public void decided(@Nullable KeyDecision decision) {
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
            List<AttemptEnded> ended = new ArrayList<>(1);
            for (Lease lease = lastLease; lease != null; lease = lease.previous()) {
                AttemptEnded end = lease.ended();
                if (end != null) {
                    ended.add(end);
                }
            }
            Collections.reverse(ended);
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
            return lastLease;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the time spent waiting so far. */
    public long waitedNanos() {
        return waitedNanos;
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
