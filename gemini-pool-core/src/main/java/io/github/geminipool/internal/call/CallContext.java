package io.github.geminipool.internal.call;

import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The state of a running HTTP call: its waits, its deadline, and whether it was cancelled. Cancelling the call ends every
 * wait, which OkHttp alone does not do. Thread-safe.
 */
public final class CallContext extends SentCall {

    private final Call call;
    private final PoolCall poolCall;
    private final Scheduler scheduler;
    private final Duration defaultTimeout;
    private final boolean hasEvents;
    private final Consumer<Call> end;
    private final SteadyLock lock;

    /** What a pause waits for; null before the first one, since few calls have any. */
    private @Nullable Condition changed;

    private volatile boolean cancelled;
    private volatile boolean timedOut;
    private volatile boolean stalled;

    /** Whether a thread is in the pool's interceptor for it, whatever dispatcher knows of it. */
    private volatile boolean attended;

    /** Whether the body of a response is with its reader, whose end the body tells. */
    private volatile boolean handedOver;

    /** Changes whenever something of a response has been read; not exact, and seen by other threads in a while. */
    private int progress;

    private boolean pausesEnd;

    /** Whether the call has begun its first attempt; belongs to its thread. */
    private boolean begun;

    private @Nullable ModelPool pool;
    private @Nullable LeaseRequest leaseRequest;
    private volatile @Nullable LeaseRequest early;
    private @Nullable ModelRoute earlyRoute;

    /** The facts found before the call had a thread, and the request they belong to; the facts are written last. */
    private volatile @Nullable CallFacts facts;

    private @Nullable Request request;
    private volatile Scheduler.@Nullable Alarm deadlineAlarm;
    private volatile @Nullable CallTrace trace;

    /**
     * Creates a context.
     *
     * @param defaultTimeout the timeout of calls without one; 0 for none
     * @param hasEvents whether OkHttp reports events of the call; if not, every attempt counts as sent, and the creator of
     *     the context must end it
     * @param end forgets the call
     */
    CallContext(
            Call call,
            PoolCall poolCall,
            PoolClock clock,
            Scheduler scheduler,
            Duration defaultTimeout,
            boolean hasEvents,
            Consumer<Call> end) {
        super(clock);
        this.end = end;
        this.defaultTimeout = defaultTimeout;
        this.hasEvents = hasEvents;
        this.call = call;
        this.poolCall = poolCall;
        this.lock = poolCall.lock();
        this.scheduler = scheduler;
    }

    public boolean hasEvents() {
        return hasEvents;
    }

    public Call call() {
        return call;
    }

    public PoolCall poolCall() {
        return poolCall;
    }

    /** Returns the call's deadline: its own, from its timeout in the SDK, from what surrounds it, or from the pool's timeout. */
    public long deadlineNanos() {
        long sdkTimeout = call.timeout().timeoutNanos();
        return poolCall.deadlineNanos(sdkTimeout == 0 ? Duration.ZERO : Duration.ofNanos(sdkTimeout), defaultTimeout);
    }

    /** Schedules the timeout. OkHttp's own starts only when the call leaves the gate, and ignores the caller's deadline. */
    private void keepDeadline() {
        long deadline = deadlineNanos();
        if (deadline == PoolClock.NEVER) {
            return;
        }
        Scheduler.Alarm alarm = scheduler.schedule(deadline, this::timeOut);
        lock.lock();
        try {
            deadlineAlarm = alarm;
        } finally {
            lock.unlock();
        }
    }

    private void timeOut() {
        timedOut = true;
        call.cancel();
    }

    /** Ends a call of which OkHttp does not tell the end. */
    public void end() {
        end.accept(call);
    }

    /** Cancels the timeout, and forgets what a cancellation would do: the call has ended, its body included. */
    void ended() {
        poolCall.ended(call);
        if (deadlineAlarm == null) {
            return;
        }
        Scheduler.Alarm alarm;
        lock.lock();
        try {
            alarm = deadlineAlarm;
            deadlineAlarm = null;
        } finally {
            lock.unlock();
        }
        if (alarm != null) {
            alarm.cancel();
        }
    }

    /** Returns the time left until the deadline, very long without one. */
    public Duration remaining() {
        long deadline = deadlineNanos();
        return Duration.ofNanos(deadline == PoolClock.NEVER ? PoolClock.NEVER : deadline - clock.nanos());
    }

    /** Returns the time until an instant of the wall clock; 0 for null. */
    public Duration untilWallClock(@Nullable Instant instant) {
        return instant == null ? Duration.ZERO : Duration.between(clock.now(), instant);
    }

    /** Returns the time since the call began. */
    public Duration elapsed() {
        return Duration.ofNanos(clock.nanos() - poolCall.startNanos());
    }

    public boolean isTimedOut() {
        return timedOut;
    }

    /** Records that something of a response has been read. */
    public void passed() {
        progress++;
    }

    /** Returns a number that changes whenever the call gets further. */
    public int progress() {
        return progress;
    }

    /** Returns whether an attempt is under way, its response included. */
    public boolean isExchanging() {
        Lease last = connection() == null ? null : poolCall.lastLease();
        return last != null && last.ended() == null;
    }

    /** Records that the body of a response goes to its reader, and tells the end of the call. */
    public void handsOver() {
        handedOver = true;
    }

    /** Records whether a thread is in the pool's interceptor for it. */
    public void attend(boolean isAttended) {
        attended = isAttended;
    }

    /** Returns whether somebody will end it: the thread in the interceptor, or the reader of its response. */
    boolean isInHands() {
        return attended || handedOver;
    }

    /** Ends the call because nothing arrives any more, which Okio's watchdog should have done. */
    public void stall() {
        stalled = true;
        call.cancel();
    }

    /** Returns whether the call was ended because nothing arrived any more. */
    public boolean isStalled() {
        return stalled;
    }

    @Override
    public boolean isCancelled() {
        return cancelled || call.isCanceled();
    }

    /** Ends every wait of the call. */
    void cancel() {
        ModelPool waitingPool;
        LeaseRequest waiting;
        lock.lock();
        try {
            cancelled = true;
            waitingPool = pool;
            waiting = leaseRequest;
            endPause();
        } finally {
            lock.unlock();
        }
        try {
            if (waitingPool != null && waiting != null) {
                waitingPool.cancel(waiting);
            }
        } finally {
            cancelOpening();
        }
    }

    /** Starts the call's trace, on the thread that makes the call. */
    void traceStarts() {
        CallOrigin origin = poolCall.origin();
        trace = origin == null ? null : origin.callStarted();
    }

    /** Returns the call's trace; null if it is not traced. */
    public @Nullable CallTrace trace() {
        return trace;
    }

    /** Registers a lease request, so that cancelling the call cancels it. */
    public void waitsFor(ModelPool newPool, LeaseRequest newRequest) {
        boolean tooLate;
        lock.lock();
        try {
            pool = newPool;
            leaseRequest = newRequest;
            tooLate = isCancelled();
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            newPool.cancel(newRequest);
        }
    }

    /** Registers a lease request that is made before the call has a thread. */
    public void waitsEarly(ModelPool newPool, LeaseRequest newRequest, @Nullable ModelRoute route) {
        lock.lock();
        try {
            early = newRequest;
            earlyRoute = route;
        } finally {
            lock.unlock();
        }
        waitsFor(newPool, newRequest);
    }

    /** Keeps the facts of a request, so that a large one is parsed only once. */
    public void knows(Request of, CallFacts known) {
        request = of;
        facts = known;
    }

    /** Returns the facts kept for a request; null if there are none. */
    public @Nullable CallFacts factsOf(Request of) {
        CallFacts known = facts;
        return known != null && request == of ? known : null;
    }

    /** Takes the lease request that was made before the call had a thread; null if there is none, or it was taken. */
    public @Nullable LeaseRequest takeEarlyRequest() {
        if (early == null) {
            return null;
        }
        lock.lock();
        try {
            LeaseRequest taken = early;
            early = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the model route that the call followed before it had a thread; null if there is none, or it was taken. */
    public @Nullable ModelRoute takeEarlyRoute() {
        if (early == null) {
            return null;
        }
        lock.lock();
        try {
            ModelRoute taken = earlyRoute;
            earlyRoute = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void endPause() {
        if (changed != null) {
            changed.signalAll();
        }
    }

    /** Ends the current pause and all later ones: the pool is closing and refuses the attempt that would follow. */
    void endPauses() {
        lock.lock();
        try {
            pausesEnd = true;
            endPause();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a time, or until the call is cancelled or the pool closes.
     *
     * @return false if the call was cancelled
     */
    public boolean pause(Duration delay) throws InterruptedException {
        long until = clock.after(delay);
        lock.lockInterruptibly();
        try {
            Condition paused = changed != null ? changed : lock.newCondition();
            changed = paused;
            while (!isCancelled() && !pausesEnd && clock.nanos() < until) {
                clock.await(lock, paused, until);
            }
            return !isCancelled();
        } finally {
            lock.unlock();
        }
    }

    /** Records that an attempt begins, of which nothing has been sent yet. From the first one on, the deadline is kept. */
    public void attemptBegins() {
        if (!begun) {
            // Waits end at the deadline; exchanges don't.
            keepDeadline();
            begun = true;
        }
        sendsAnew(!hasEvents);
        passed();
    }
}
