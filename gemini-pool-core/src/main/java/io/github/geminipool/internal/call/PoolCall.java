package io.github.geminipool.internal.call;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.GeminiPoolException;
import io.github.geminipool.internal.continuation.PendingHops;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * A call as its caller sees it: options go in, the record of its attempts comes out. With automatic function calling it
 * consists of several HTTP calls in sequence, which share its deadline. Thread-safe.
 */
public final class PoolCall {

    private static final AtomicLongFieldUpdater<PoolCall> WAITED_NANOS =
            AtomicLongFieldUpdater.newUpdater(PoolCall.class, "waitedNanos");

    private volatile CallOptions options;

    /** Whether the deadline is the call's own, and not that of its client or of the block of code around it. */
    private final boolean hasOwnDeadline;

    private volatile long startNanos;
    private final SteadyLock lock = new SteadyLock();

    /** Copied when it grows: nearly all calls have one, and one takes less memory so. */
    private List<Runnable> whenCancelled = List.of();

    /** The group that it belongs to while it has HTTP calls; null if it does not. */
    private @Nullable CallGroup group;

    private boolean cancelled;
    private boolean open;

    /** The digest of the token with which an asynchronous response may continue. */
    private @Nullable String nextHop;

    private boolean interrupted;
    private volatile boolean answered;
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

    /** Returns the lock that guards its state, and that of its HTTP calls: each of them has one lock less for it. */
    SteadyLock lock() {
        return lock;
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

    private static <T> List<T> with(List<T> list, T another) {
        if (list.isEmpty()) {
            return List.of(another);
        }
        List<T> longer = new ArrayList<>(list.size() + 1);
        longer.addAll(list);
        longer.add(another);
        return List.copyOf(longer);
    }

    /** What to do with one of its HTTP calls when it is cancelled. */
    private record OfCall(Call call, Runnable action) implements Runnable {

        @Override
        public void run() {
            action.run();
        }
    }

    /** Registers an HTTP call, to be cancelled with this one. */
    void began(Call call) {
        whenCancelled(call, call::cancel);
    }

    /** Registers an action like {@link #whenCancelled(Runnable)}, until an HTTP call ends. */
    public void whenCancelled(Call call, Runnable action) {
        whenCancelled(new OfCall(call, action));
    }

    /** Records that one of its HTTP calls has ended, its response included: nothing of that is left to cancel. */
    void ended(Call call) {
        CallGroup left;
        lock.lock();
        try {
            whenCancelled = without(whenCancelled, call);
            left = groupIfLeft();
        } finally {
            lock.unlock();
        }
        leave(left);
    }

    private static List<Runnable> without(List<Runnable> actions, Call call) {
        if (actions.isEmpty()) {
            return actions;
        }
        List<Runnable> left = new ArrayList<>(0);
        for (Runnable action : actions) {
            if (!(action instanceof OfCall of) || of.call != call) {
                left.add(action);
            }
        }
        return left.isEmpty() ? List.of() : left;
    }

    /** Records the group with which it is cancelled. */
    void joins(CallGroup newGroup) {
        lock.lock();
        try {
            group = newGroup;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CallGroup groupIfLeft() {
        CallGroup own = group;
        if (own == null || open || whenCancelled.stream().anyMatch(OfCall.class::isInstance)) {
            return null;
        }
        group = null;
        return own;
    }

    private void leave(@Nullable CallGroup left) {
        if (left != null) {
            left.remove(this);
        }
    }

    /** Returns how many actions its cancellation would run; for tests. */
    int actionsOfCancellation() {
        lock.lock();
        try {
            return whenCancelled.size();
        } finally {
            lock.unlock();
        }
    }

    /** Registers an action to run when the call is cancelled; runs it at once if it already was. */
    public void whenCancelled(Runnable action) {
        boolean tooLate;
        lock.lock();
        try {
            whenCancelled = with(whenCancelled, action);
            tooLate = cancelled || interrupted;
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            action.run();
        }
    }

    /** Cancels the running HTTP calls and those that begin until {@link #resumed}, unless a response has begun to arrive. */
    public void interrupt() {
        List<Runnable> actions;
        lock.lock();
        try {
            if (answered) {
                return;
            }
            interrupted = true;
            actions = whenCancelled;
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }

    /**
     * Ends an interruption: the call continues with another request.
     *
     * @return whether it was interrupted
     */
    public boolean resumed() {
        lock.lock();
        try {
            boolean was = interrupted && !cancelled;
            interrupted = false;
            if (was) {
                // They are HTTP calls that have ended.
                whenCancelled = List.of();
            }
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** Records that a response begins to arrive. */
    public void answered() {
        answered = true;
    }

    /** Cancels the running HTTP call and all later ones. */
    public void cancel() {
        List<Runnable> actions;
        lock.lock();
        try {
            cancelled = true;
            actions = whenCancelled;
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }

    /** Returns whether it was cancelled. */
    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Records that the facade waits for the response of an asynchronous call, which may come in several hops. */
    public void opened() {
        lock.lock();
        try {
            open = true;
        } finally {
            lock.unlock();
        }
    }

    /** Records that the facade has the response. */
    public void closed() {
        String token;
        CallGroup left;
        lock.lock();
        try {
            open = false;
            left = groupIfLeft();
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
            if (open) {
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

    /** Returns whether a response has begun to arrive. */
    public boolean isAnswered() {
        return answered;
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
