package io.github.geminipool.internal.http;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallTracer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.EventListener;
import org.jspecify.annotations.Nullable;

/**
 * The running calls, each with its context. For every form of call in the SDK, OkHttp asks for the event listener on the
 * caller's thread; that is where a call is associated with the {@link PoolCall} of the facade. Thread-safe.
 */
final class ActiveCalls implements EventListener.Factory {

    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration defaultTimeout;
    private final boolean looksForLeaks;
    private final @Nullable CallTracer tracer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition noneLeft = lock.newCondition();
    private volatile boolean closing;
    private final ConcurrentMap<Call, CallContext> contexts = new ConcurrentHashMap<>();

    @SuppressWarnings("ThreadLocalUsage") // One per pool: a process may hold many, and a pool has no static state.
    private final ThreadLocal<@Nullable PoolCall> current = new ThreadLocal<>();

    ActiveCalls(
            PoolClock clock,
            Scheduler scheduler,
            Duration defaultTimeout,
            boolean looksForLeaks,
            @Nullable CallTracer tracer) {
        this.looksForLeaks = looksForLeaks;
        this.tracer = tracer;
        this.clock = clock;
        this.scheduler = scheduler;
        this.defaultTimeout = defaultTimeout;
    }

    /** Begins a call, of which HTTP calls become parts by {@link #as}. */
    PoolCall begin(CallOptions options) {
        return new PoolCall(
                options,
                clock.nanos(),
                looksForLeaks ? new LeakDetection.Borrowed() : null,
                tracer == null ? null : tracer.origin());
    }

    /** Runs code that makes HTTP calls on this thread as parts of a call. */
    <T extends @Nullable Object> T as(PoolCall call, Supplier<T> body) {
        PoolCall outer = current.get();
        current.set(call);
        try {
            return body.get();
        } finally {
            if (outer == null) {
                current.remove();
            } else {
                current.set(outer);
            }
        }
    }

    @Override
    public EventListener create(Call call) {
        return new Events(newContext(call, current.get(), true));
    }

    private CallContext newContext(Call call, @Nullable PoolCall poolCall, boolean hasEvents) {
        return new CallContext(
                call,
                poolCall == null ? begin(CallOptions.NONE) : poolCall,
                clock,
                scheduler,
                defaultTimeout,
                hasEvents);
    }

    /** Returns the context of a call; null if OkHttp reports no events for it, as for websockets. */
    @Nullable
    CallContext find(Call call) {
        return contexts.get(call);
    }

    /** Creates the context of a call without events; the interceptor must end it with {@link #ended}. */
    CallContext adopt(Call call) {
        CallContext context = newContext(call, null, false);
        context.traceStarts();
        contexts.put(call, context);
        return context;
    }

    /** Forgets a call, which has ended, its body included. */
    void ended(Call call) {
        CallContext context = contexts.remove(call);
        if (context != null) {
            context.ended();
        }
        if (closing && contexts.isEmpty()) {
            lock.lock();
            try {
                noneLeft.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Ends all pauses between attempts, and waits until no call is running; returns false at the time limit. */
    boolean awaitNone(long untilNanos) throws InterruptedException {
        closing = true;
        contexts.values().forEach(CallContext::endPauses);
        lock.lockInterruptibly();
        try {
            while (!contexts.isEmpty() && clock.nanos() < untilNanos) {
                clock.await(lock, noneLeft, untilNanos);
            }
            return contexts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    List<Call> all() {
        return List.copyOf(contexts.keySet());
    }

    int count() {
        return contexts.size();
    }

    private final class Events extends EventListener {

        private final CallContext context;

        Events(CallContext context) {
            this.context = context;
        }

        @Override
        public void callStart(Call call) {
            context.traceStarts();
            contexts.put(call, context);
            context.poolCall().began(call);
        }

        @Override
        public void requestHeadersStart(Call call) {
            context.requestIsSent();
        }

        @Override
        public void canceled(Call call) {
            context.cancel();
        }

        @Override
        public void callEnd(Call call) {
            ended(call);
        }

        @Override
        public void callFailed(Call call, IOException e) {
            ended(call);
        }
    }
}
