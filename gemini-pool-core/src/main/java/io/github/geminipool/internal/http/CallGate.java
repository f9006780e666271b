package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.Refusal;
import io.github.geminipool.spi.CallFacts;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.internal.connection.RealCall;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where asynchronous calls wait before they have a thread. It is the dispatcher's executor: a call that is handed in
 * makes its first wish, and gets a thread when that is granted, refused or cancelled.
 *
 * <p>{@link #shutdown()} does nothing, since the SDK's {@code Client.close()} calls it on whatever dispatcher it was
 * given; the pool shuts its executors itself.
 */
final class CallGate extends AbstractExecutorService {

    private static final Logger log = LoggerFactory.getLogger(CallGate.class);

    private final HttpParts parts;
    private final PoolInterceptor interceptor;
    private final ExecutorService calls;
    private final ExecutorService refusals;

    CallGate(HttpParts parts, PoolInterceptor interceptor, ExecutorService calls, ExecutorService refusals) {
        this.parts = parts;
        this.interceptor = interceptor;
        this.calls = calls;
        this.refusals = refusals;
    }

    @Override
    public void execute(Runnable task) {
        if (task instanceof RealCall.AsyncCall call
                && interceptor.isGemini(call.getRequest().url())) {
            admit(task, call.getCall(), call.getRequest());
        } else {
            run(calls, task);
        }
    }

    private void admit(Runnable task, Call call, Request request) {
        CallContext known = parts.calls().find(call);
        CallContext context = known != null ? known : parts.calls().adopt(call);
        CallFacts facts = parts.resources().factsOf(request);
        context.knows(request, facts);
        Entry entry = new Entry(task, call, context, facts, request);
        entry.wishAt(facts.model());
    }

    /** Runs a task there, or here if it is too late for that. */
    static void run(ExecutorService executor, Runnable task) {
        if (executor.isShutdown()) {
            // The pool is closed: the call has only to be told so.
            task.run();
        } else {
            executor.execute(task);
        }
    }

    private final class Entry implements Runnable {

        private final Call call;
        private final CallContext context;
        private final CallFacts facts;
        private final Request request;
        private final KeyFilter filter;
        private final @Nullable ModelRoute route;
        private @Nullable Runnable task;
        private LeaseRequest wish;
        private long since;

        @SuppressWarnings("NullAway.Init") // The wish needs the entry, and the entry the wish.
        Entry(Runnable task, Call call, CallContext context, CallFacts facts, Request request) {
            this.task = task;
            this.call = call;
            this.context = context;
            this.facts = facts;
            this.request = request;
            this.filter = parts.filterOf(facts, context);
            this.route = parts.routeOf(facts);
        }

        void wishAt(String model) {
            ModelPool pool = parts.pools().of(model);
            since = parts.clock().nanos();
            LeaseRequest made = new LeaseRequest(
                    filter,
                    parts.demandOf(facts, request, pool),
                    CallAttempts.wishDeadline(context, parts, since),
                    false,
                    route != null && route.hasNext(),
                    this);
            if (context.poolCall().options().explained()) {
                made.explain();
            }
            wish = made;
            context.wishesEarly(pool, made, route);
            pool.request(made);
        }

        /** The wish is settled. */
        @Override
        public void run() {
            context.poolCall().waited(parts.clock().nanos() - since);
            try {
                if (goesOn()) {
                    return;
                }
                CallGate.run(wish.lease() != null ? calls : refusals, this::proceed);
            } catch (Throwable e) {
                log.warn("No thread could be had for a call, which fails for it", e);
                giveBack();
                call.cancel();
                proceed();
            }
        }

        /** Wishes at the next model, if that may serve what this one can't. The call's thread tells the listeners. */
        private boolean goesOn() {
            Refusal refusal = wish.refusal();
            Failure why = refusal == null ? null : refusal.fallBackFor();
            if (why == null || route == null) {
                return false;
            }
            route.goOn(why);
            wishAt(route.model());
            return true;
        }

        private void proceed() {
            Runnable begun = task;
            // The task leads to the answer, and the call's wish to this entry: an abandoned answer would never be
            // found.
            task = null;
            if (begun == null) {
                return;
            }
            try {
                begun.run();
            } finally {
                giveBack();
                if (!context.hasEvents()) {
                    parts.calls().ended(call);
                }
            }
        }

        /** The interceptor takes the wish, unless another one before it threw. */
        private void giveBack() {
            LeaseRequest untaken = context.takeEarlyWish();
            Lease lease = untaken == null ? null : untaken.lease();
            if (lease != null) {
                lease.unused();
            }
        }
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
