package io.github.geminipool.internal.http;

import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call while it runs: who waits for what, and whether it was cancelled. Cancelling wakes every wait, which OkHttp
 * itself does not.
 */
final class CallContext {

    private final Call call;
    private final PoolCall poolCall;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration defaultTimeout;
    private final boolean hasEvents;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean cancelled;
    private volatile boolean timedOut;
    private volatile boolean sent;
    private volatile long sentNanos;
    private boolean pausesEnd;
    private @Nullable ModelPool pool;
    private @Nullable LeaseRequest leaseRequest;
    private volatile @Nullable LeaseRequest early;
    private @Nullable ModelRoute earlyRoute;

    /** What was found out before the call had a thread, and of which request; the first is written last. */
    private volatile @Nullable CallFacts facts;

    private @Nullable Request request;
    private volatile Scheduler.@Nullable Alarm deadlineAlarm;
    private volatile @Nullable CallTrace trace;

    /**
     * A context.
     *
     * @param defaultTimeout of calls that say nothing themselves; 0 for none
     * @param hasEvents whether OkHttp tells about the call; else every attempt counts as sent, and whoever made the
     *     context ends it
     */
    CallContext(
            Call call,
            PoolCall poolCall,
            PoolClock clock,
            Scheduler scheduler,
            Duration defaultTimeout,
            boolean hasEvents) {
        this.defaultTimeout = defaultTimeout;
        this.hasEvents = hasEvents;
        this.call = call;
        this.poolCall = poolCall;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    boolean hasEvents() {
        return hasEvents;
    }

    PoolCall poolCall() {
        return poolCall;
    }

    /** When the call must be over: what the caller said, else the SDK's timeout of the call, else the pool's. */
    long deadlineNanos() {
        long sdks = call.timeout().timeoutNanos();
        return poolCall.deadlineNanos(sdks == 0 ? defaultTimeout : Duration.ofNanos(sdks));
    }

    /** Keeps the deadline: OkHttp's own timeout begins only when a call leaves the gate, and knows no caller's. */
    void keepDeadline() {
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

    /** The call is over, its body included. */
    void ended() {
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
    Duration remaining() {
        long deadline = deadlineNanos();
        return Duration.ofNanos(deadline == PoolClock.NEVER ? PoolClock.NEVER : deadline - clock.nanos());
    }

    /** Returns the time until an instant of the wall clock; 0 for null. */
    Duration untilWallClock(@Nullable Instant instant) {
        return instant == null ? Duration.ZERO : Duration.between(clock.now(), instant);
    }

    /** Returns the time since the call began. */
    Duration elapsed() {
        return Duration.ofNanos(clock.nanos() - poolCall.startNanos());
    }

    boolean isTimedOut() {
        return timedOut;
    }

    boolean isCancelled() {
        return cancelled || call.isCanceled();
    }

    /** Wakes whatever waits on behalf of the call. */
    void cancel() {
        ModelPool waitsFor;
        LeaseRequest waiting;
        lock.lock();
        try {
            cancelled = true;
            waitsFor = pool;
            waiting = leaseRequest;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (waitsFor != null && waiting != null) {
            waitsFor.cancel(waiting);
        }
    }

    /** The call begins, on the thread that makes it. */
    void traceStarts() {
        CallOrigin origin = poolCall.origin();
        trace = origin == null ? null : origin.callStarted();
    }

    /** Who follows the call; null where nobody does. */
    @Nullable
    CallTrace trace() {
        return trace;
    }

    /** Makes a lease request known, so that cancelling the call cancels it. */
    void waitsFor(ModelPool newPool, LeaseRequest newRequest) {
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

    /** Makes the lease request known that is made before the call has a thread. */
    void waitsEarly(ModelPool newPool, LeaseRequest newRequest, @Nullable ModelRoute route) {
        lock.lock();
        try {
            early = newRequest;
            earlyRoute = route;
        } finally {
            lock.unlock();
        }
        waitsFor(newPool, newRequest);
    }

    /** Makes known what a request asks for, so that a large one is looked through once. */
    void knows(Request of, CallFacts known) {
        request = of;
        facts = known;
    }

    /** What a request asks for; null if that is not known of it. */
    @Nullable
    CallFacts factsOf(Request of) {
        CallFacts known = facts;
        return known != null && request == of ? known : null;
    }

    /** Returns the lease request that was made before the call had a thread, once; null if there is none. */
    @Nullable
    LeaseRequest takeEarlyRequest() {
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

    /** How far along its models a call has come before it had a thread, once; null if it has only one. */
    @Nullable
    ModelRoute takeEarlyRoute() {
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

    /** Ends pauses early: the pool is closing, and says so to whoever asks for another attempt. */
    void endPauses() {
        lock.lock();
        try {
            pausesEnd = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits.
     *
     * @return false if the call was cancelled
     */
    boolean pause(Duration delay) throws InterruptedException {
        long until = clock.after(delay);
        lock.lockInterruptibly();
        try {
            while (!isCancelled() && !pausesEnd && clock.nanos() < until) {
                clock.await(lock, changed, until);
            }
            return !isCancelled();
        } finally {
            lock.unlock();
        }
    }

    void attemptBegins() {
        sent = !hasEvents;
        sentNanos = 0;
    }

    void requestIsSent() {
        if (sentNanos == 0) {
            sentNanos = clock.nanos();
        }
        sent = true;
    }

    /** When the attempt's request began to leave this machine; 0 if that is not known. */
    long sentNanos() {
        return sentNanos;
    }

    /** Whether any part of the attempt's request may have left this machine. */
    boolean isSent() {
        return sent;
    }
}
