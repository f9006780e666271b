package io.github.geminipool.internal.http;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.request.PromptSize;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallFacts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Makes calls wait for their leases, on the caller's thread or without a thread. Thread-safe. */
final class LeaseWait {

    private final OwnedResources resources;
    private final PoolClock clock;
    private final Duration acquireTimeout;

    LeaseWait(OwnedResources resources, PoolClock clock, Duration acquireTimeout) {
        this.resources = resources;
        this.clock = clock;
        this.acquireTimeout = acquireTimeout;
    }

    /** Returns the keys that a call accepts: the caller's choice, and the owner of a resource that it names. */
    KeyFilter filterOf(CallFacts facts, CallContext context) {
        return resources.filterOf(facts, context.poolCall().options().keys());
    }

    /**
     * Requests a lease and waits on the calling thread until the request is settled. Cancelling the call cancels the request.
     *
     * @param afterAttempt whether the call has made an attempt before
     * @param hasFallback whether it has another fallback model
     * @throws InterruptedIOException if the thread is interrupted; the request is then cancelled
     */
    LeaseRequest acquire(
            CallContext context,
            CallFacts facts,
            Request request,
            ModelPool pool,
            KeyFilter filter,
            boolean afterAttempt,
            boolean hasFallback)
            throws IOException {
        LeaseRequest made = make(context, facts, request, pool, filter, afterAttempt, hasFallback, null);
        context.waitsFor(pool, made);
        pool.request(made);
        if (made.wasQueued()) {
            await(made, pool, context);
        }
        return made;
    }

    /**
     * Makes the request for the first lease of a call that has no thread yet; the caller then submits it to the pool.
     *
     * @param route the models that it may use; null if it has no fallback
     * @param whenSettled runs once the request is settled, which may be during its submission
     */
    LeaseRequest prepareEarly(
            CallContext context,
            CallFacts facts,
            Request request,
            ModelPool pool,
            KeyFilter filter,
            @Nullable ModelRoute route,
            WhenSettled whenSettled) {
        boolean hasFallback = route != null && route.hasNext();
        EarlyRequest early = new EarlyRequest(clock, whenSettled);
        LeaseRequest made = make(context, facts, request, pool, filter, false, hasFallback, early);
        early.request = made;
        context.waitsEarly(pool, made, route);
        return made;
    }

    /** Handles the settlement of a lease request. */
    @FunctionalInterface
    interface WhenSettled {

        void settled(LeaseRequest request, long waitedNanos);
    }

    private static final class EarlyRequest implements Runnable {

        private final PoolClock clock;
        private final WhenSettled whenSettled;
        private final long since;
        private @Nullable LeaseRequest request;

        EarlyRequest(PoolClock clock, WhenSettled whenSettled) {
            this.clock = clock;
            this.whenSettled = whenSettled;
            this.since = clock.nanos();
        }

        @Override
        public void run() {
            whenSettled.settled(Objects.requireNonNull(request), clock.nanos() - since);
        }
    }

    private LeaseRequest make(
            CallContext context,
            CallFacts facts,
            Request request,
            ModelPool pool,
            KeyFilter filter,
            boolean afterAttempt,
            boolean hasFallback,
            @Nullable Runnable onSettled) {
        return new LeaseRequest(
                filter,
                demandOf(facts, request, pool),
                deadline(context),
                afterAttempt,
                hasFallback,
                context.poolCall().options().explained(),
                context.trace(),
                onSettled);
    }

    /** Returns when to stop waiting: the acquire timeout bounds all waits of a call together. */
    private long deadline(CallContext context) {
        long waits = context.poolCall().waitsUntil(acquireTimeout, clock.nanos());
        return Math.min(waits, context.deadlineNanos());
    }

    /** Returns the quota that a request needs. Tokens are estimated only if there is a token limit. */
    private static Demand demandOf(CallFacts facts, Request request, ModelPool pool) {
        if (!facts.operation().takesQuota()) {
            return Demand.NOTHING;
        }
        return pool.countsTokens() ? Demand.ofTokens(promptTokens(request)) : Demand.REQUEST;
    }

    /** Returns the tokens of a request's prompt, estimated from its size. */
    static long promptTokens(Request request) {
        try {
            return PromptSize.tokens(request.body());
        } catch (IOException | RuntimeException e) {
            // The body is the caller's: sending it will fail in the same way.
            return 0;
        }
    }

    private void await(LeaseRequest request, ModelPool pool, CallContext context) throws IOException {
        try {
            request.await(clock);
        } catch (InterruptedException e) {
            pool.cancel(request);
            release(request);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a key");
        } finally {
            context.poolCall().waited(request.waited(clock.nanos()));
        }
    }

    /** Releases the lease of a request, if it has one: no attempt will be made with it. */
    static void release(@Nullable LeaseRequest request) {
        Lease lease = request == null ? null : request.lease();
        if (lease != null) {
            lease.unused();
        }
    }
}
