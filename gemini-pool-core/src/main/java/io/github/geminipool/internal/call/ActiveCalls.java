package io.github.geminipool.internal.call;

import io.github.geminipool.internal.continuation.PendingHops;
import io.github.geminipool.internal.event.GuardedCallers;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallScope;
import io.github.geminipool.spi.CallTracer;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The running calls, each with its context. For every form of call in the SDK, OkHttp asks for the event listener on the
 * caller's thread; that is where a call is associated with the {@link PoolCall} of the facade. Thread-safe.
 */
public final class ActiveCalls implements EventListener.Factory {

    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration defaultTimeout;
    private final boolean looksForLeaks;
    private final @Nullable CallTracer tracer;
    private final SteadyLock lock = new SteadyLock();
    private final Condition noneLeft = lock.newCondition();
    private volatile boolean closing;
    private final ConcurrentMap<Call, CallContext> contexts = new ConcurrentHashMap<>();

    @SuppressWarnings("ThreadLocalUsage") // One per pool: a process may hold many, and a pool has no static state.
    private final ThreadLocal<@Nullable PoolCall> current = new ThreadLocal<>();

    @SuppressWarnings("ThreadLocalUsage") // As above.
    private final ThreadLocal<@Nullable CallGroup> group = new ThreadLocal<>();

    private final CallSurroundings surroundings;
    private final PendingHops<PoolCall> hops = new PendingHops<>();
    private final Function<Request, @Nullable String> tokenOf;
    private final Consumer<Call> end = this::ended;

    public ActiveCalls(
            PoolClock clock,
            Scheduler scheduler,
            Duration defaultTimeout,
            boolean looksForLeaks,
            @Nullable CallTracer tracer,
            @Nullable GuardedCallers callers,
            Function<Request, @Nullable String> tokenOf) {
        this.surroundings = new CallSurroundings(callers);
        this.tokenOf = tokenOf;
        this.looksForLeaks = looksForLeaks;
        this.tracer = tracer;
        this.clock = clock;
        this.scheduler = scheduler;
        this.defaultTimeout = defaultTimeout;
    }

    /**
     * Begins a call on the thread that makes it; {@link #as} makes HTTP calls parts of it.
     *
     * @param options its own options, which are completed by those that the thread has set
     */
    public PoolCall begin(CallOptions options) {
        return newCall(options, surroundings.complete(options));
    }

    private PoolCall newCall(CallOptions own, CallOptions options) {
        return new PoolCall(
                own,
                options,
                clock.nanos(),
                looksForLeaks ? new LeakDetection.Borrowed() : null,
                tracer == null ? null : tracer.origin(),
                hops);
    }

    /** Runs code that makes HTTP calls on this thread as parts of a call. */
    public <T extends @Nullable Object> T as(PoolCall call, Supplier<T> body) {
        PoolCall outer = current.get();
        current.set(call);
        try {
            return body.get();
        } finally {
            become(outer);
        }
    }

    /** Runs code that begins calls of a group on this thread; null for calls of none. */
    public <T extends @Nullable Object> T in(@Nullable CallGroup inner, Supplier<T> body) {
        CallGroup outer = group.get();
        join(inner);
        try {
            return body.get();
        } finally {
            join(outer);
        }
    }

    private void join(@Nullable CallGroup next) {
        if (next == null) {
            group.remove();
        } else {
            group.set(next);
        }
    }

    private void become(@Nullable PoolCall call) {
        if (call == null) {
            current.remove();
        } else {
            current.set(call);
        }
    }

    /**
     * Sets options for the calls that this thread begins from now on. These are calls of their own, even if the thread is in the middle
     * of another one.
     *
     * @return restores what was before; must be run by the same thread
     */
    public Runnable within(CallOptions options) {
        PoolCall outerCall = current.get();
        CallScope outer = surroundings.enter(options);
        current.remove();
        return () -> {
            CallScope.set(outer);
            become(outerCall);
        };
    }

    @Override
    public EventListener create(Call call) {
        PoolCall around = current.get();
        // A function that Gemini calls may ask through a client with options of its own.
        PoolCall own = around == null || !BoundOptions.isBound(call) ? around : null;
        PoolCall whole = own != null ? own : continued(call.request());
        PoolCall poolCall = whole != null ? whole : newCall(CallOptions.NONE, surroundings.of(call));
        return new Events(newContext(call, poolCall, true), whole != null);
    }

    /** Returns the asynchronous call whose answer a request continues; null if there is none. */
    private @Nullable PoolCall continued(Request request) {
        String token = hops.isEmpty() ? null : tokenOf.apply(request);
        return token == null ? null : hops.take(token);
    }

    private CallContext newContext(Call call, PoolCall poolCall, boolean hasEvents) {
        return new CallContext(call, poolCall, clock, scheduler, defaultTimeout, hasEvents, end);
    }

    /** Returns the context of a call; null if OkHttp reports no events for it, as for websockets. */
    public @Nullable CallContext find(Call call) {
        return contexts.get(call);
    }

    /**
     * Creates the context of a call without events; the interceptor must end it with {@link #ended}.
     *
     * @param onCallersThread whether this thread makes the call: of calls that are enqueued at the same time, OkHttp may hand one over
     *     on the thread that enqueues the other
     */
    public CallContext adopt(Call call, boolean onCallersThread) {
        CallOptions options = onCallersThread ? surroundings.of(call) : BoundOptions.of(call);
        CallContext context = newContext(call, newCall(CallOptions.NONE, options), false);
        context.traceStarts();
        contexts.put(call, context);
        return context;
    }

    /** Forgets a call, which has ended, its body included. */
    public void ended(Call call) {
        CallContext context = contexts.remove(call);
        try {
            if (context != null) {
                context.ended();
            }
        } finally {
            // Even without memory to forget the rest, whoever closes the pool must not wait for the call.
            if (closing && contexts.isEmpty()) {
                tellNoneLeft();
            }
        }
    }

    private void tellNoneLeft() {
        lock.lock();
        try {
            noneLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the calls that are neither in the pool's interceptor nor with a reader of their response: they wait for a thread, are
     * about to end, or nobody runs them any more.
     */
    public List<Call> inNobodysHands() {
        return contexts.values().stream()
                .filter(each -> !each.isInHands())
                .map(CallContext::call)
                .toList();
    }

    /** Ends all pauses between attempts, and waits until no call is running; returns false at the time limit. */
    public boolean awaitNone(long untilNanos) throws InterruptedException {
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

    public List<Call> all() {
        return List.copyOf(contexts.keySet());
    }

    /** Returns the contexts of the running calls, as they are at the time. */
    public Collection<CallContext> contexts() {
        return contexts.values();
    }

    public int count() {
        return contexts.size();
    }

    private final class Events extends EventListener {

        private final CallContext context;

        /** Whether the call is part of one that can be cancelled as a whole. */
        private final boolean isPart;

        Events(CallContext context, boolean isPart) {
            this.context = context;
            this.isPart = isPart;
        }

        @Override
        public void callStart(Call call) {
            context.traceStarts();
            contexts.put(call, context);
            CallGroup own = group.get();
            if (isPart || own != null) {
                context.poolCall().began(call);
            }
            if (own != null) {
                own.add(context.poolCall());
            }
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
