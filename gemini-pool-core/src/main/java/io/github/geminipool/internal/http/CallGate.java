package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.call.ActiveCalls;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.connection.GeminiOrigin;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.retry.ModelRoutes;
import io.github.geminipool.internal.time.Workers;
import io.github.geminipool.spi.CallFacts;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.internal.connection.RealCall;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets asynchronous calls wait without a thread. As the dispatcher's executor, it makes the first lease request of each call, and
 * gives the call a thread once that request is granted, refused or cancelled. Thread-safe.
 */
final class CallGate extends DispatcherThreads {

    private static final Logger log = LoggerFactory.getLogger(CallGate.class);

    private final ActiveCalls calls;
    private final ModelPools pools;
    private final LeaseWait leases;
    private final ModelRoutes routes;
    private final OwnedResources resources;
    private final GeminiOrigin gemini;
    private final Workers workers;
    private final Runnable watch;

    /**
     * Creates a gate.
     *
     * @param watch begins to look whether calls that wait have been forgotten; runs for each call, and never throws
     */
    CallGate(ActiveCalls calls, CallServices services, GeminiOrigin gemini, Workers workers, Runnable watch) {
        this.calls = calls;
        this.pools = services.pools();
        this.leases = services.leases();
        this.routes = services.routes();
        this.resources = services.resources();
        this.gemini = gemini;
        this.workers = workers;
        this.watch = watch;
    }

    @Override
    public void execute(Runnable task) {
        if (task instanceof RealCall.AsyncCall call
                && gemini.isOriginOf(call.getRequest().url())) {
            admitOrFail(task, call.getCall(), call.getRequest());
        } else {
            workers.run(task);
        }
    }

    /** Never throws: otherwise OkHttp would not run the other calls that it hands over on the same thread. */
    private void admitOrFail(Runnable task, Call call, Request request) {
        AtomicReference<@Nullable Runnable> once = null;
        watch.run();
        try {
            once = new AtomicReference<>(task);
            admit(once, call, request);
        } catch (Throwable e) {
            fail(once == null ? task : once.getAndSet(null), call, e);
        }
    }

    private void admit(AtomicReference<@Nullable Runnable> task, Call call, Request request) {
        CallContext known = calls.find(call);
        CallContext context = known != null ? known : calls.adopt(call, false);
        CallFacts facts = resources.factsOf(request);
        context.knows(request, facts);
        new WaitingCall(task, call, context, facts).requestLease(facts.model());
    }

    /**
     * Ends a call on this thread, as cancelled.
     *
     * @param task null if it has already run
     */
    private void fail(@Nullable Runnable task, Call call, Throwable cause) {
        try {
            cancelAndRun(task, call);
            log.warn("Could not start a thread for a call, which has therefore failed", cause);
        } catch (Throwable e) {
            // There may be no memory for that either. OkHttp has told whoever waits for the call.
        }
        try {
            calls.ended(call);
        } catch (Throwable e) {
            // Nor for that. The call is not among the running ones any more.
        }
    }

    private static void cancelAndRun(@Nullable Runnable task, Call call) {
        try {
            call.cancel();
        } finally {
            // Whatever the cancellation threw, somebody waits for the call.
            if (task != null) {
                task.run();
            }
        }
    }

    private final class WaitingCall {

        private final Call call;
        private final CallContext context;
        private final CallFacts facts;
        private final KeyFilter filter;
        private final @Nullable ModelRoute route;

        /**
         * Runs the call, once. The task refers to the response, and the lease request to this object: keeping the task would keep
         * an abandoned response reachable.
         */
        private final AtomicReference<@Nullable Runnable> task;

        WaitingCall(AtomicReference<@Nullable Runnable> task, Call call, CallContext context, CallFacts facts) {
            this.task = task;
            this.call = call;
            this.context = context;
            this.facts = facts;
            this.filter = leases.filterOf(facts, context);
            this.route = leases.allowed(routes.of(facts), context);
        }

        void requestLease(String model) {
            ModelPool pool = pools.of(model, facts.serviceTier());
            LeaseRequest early = leases.prepareEarly(context, facts, pool, filter, route, this::settled);
            boolean requested = false;
            try {
                leases.submit(early, pool);
                requested = true;
            } finally {
                if (!requested) {
                    pool.cancel(early);
                }
            }
        }

        private void settled(LeaseRequest settled, long waitedNanos) {
            context.poolCall().waited(waitedNanos);
            try {
                context.poolCall().decided(settled.decision());
                if (!fallsBack(settled)) {
                    workers.run(settled.lease() != null, this::proceed);
                }
            } catch (Throwable e) {
                try {
                    release();
                } finally {
                    fail(task.getAndSet(null), call, e);
                }
            }
        }

        /** Requests a lease for the fallback model, if there is one that may serve the call. The call's thread tells the listeners. */
        private boolean fallsBack(LeaseRequest settled) {
            Refusal refusal = settled.refusal();
            Failure why = refusal == null ? null : refusal.fallBackFor();
            if (why == null || route == null) {
                return false;
            }
            route.next(why);
            requestLease(route.model());
            return true;
        }

        private void proceed() {
            Runnable begun = task.getAndSet(null);
            if (begun == null) {
                return;
            }
            try {
                begun.run();
            } catch (VirtualMachineError e) {
                // OkHttp has cancelled the call, and may not have reported its end.
                calls.ended(call);
                throw e;
            } finally {
                release();
                if (!context.hasEvents()) {
                    calls.ended(call);
                }
            }
        }

        /** Releases a lease that the interceptor never took, because one before it threw. */
        private void release() {
            LeaseWait.release(context.takeEarlyRequest());
        }
    }
}
