package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.call.CallContrast;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.evidence.Contrasts;
import io.github.geminipool.internal.pool.CallerLeaseRequest;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.ModelRoute;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.Priority;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes calls wait for their leases, on the caller's thread or without a thread. Thread-safe. */
final class LeaseWait {

    private final OwnedResources resources;
    private final Contrasts contrasts;
    private final Continuations continuations;
    private final PoolClock clock;
    private final Duration acquireTimeout;
    private final Callers callers;
    private final IdleReader.Watch readers;

    LeaseWait(
            OwnedResources resources,
            Contrasts contrasts,
            Continuations continuations,
            PoolClock clock,
            Duration acquireTimeout,
            Callers callers,
            IdleReader.Watch readers) {
        this.resources = resources;
        this.contrasts = contrasts;
        this.continuations = continuations;
        this.clock = clock;
        this.acquireTimeout = acquireTimeout;
        this.callers = callers;
        this.readers = readers;
    }

    /**
     * Returns the keys that a call accepts: the caller's choice, the owner of a resource that it names, and preferably the
     * project whose answer it continues.
     */
    KeyFilter filterOf(CallFacts facts, CallContext context) {
        CallOptions options = context.poolCall().options();
        KeyFilter filter =
                resources.filterOf(facts, callers.of(options.caller()).keysOf(options.keys()));
        return continuations.filterOf(facts, filter);
    }

    /** Returns a route, without the models that the caller may not use; null if that leaves no fallback. */
    @Nullable
    ModelRoute allowed(@Nullable ModelRoute route, CallContext context) {
        Caller caller = callers.of(context.poolCall().options().caller());
        return route == null || caller == Caller.NOBODY ? route : route.only(caller::mayUse);
    }

    /** Returns the input tokens of a call, known or estimated. */
    long promptTokens(CallFacts facts) {
        return continuations.promptTokens(facts);
    }

    /**
     * Requests a lease and waits on the calling thread until the request is settled. Cancelling the call cancels the request.
     *
     * @param afterAttempt whether the call has made an attempt before
     * @param hasFallback whether it has another fallback model
     * @param atOnce whether the request is refused if it would have to wait
     * @throws InterruptedIOException if the thread is interrupted; the request is then cancelled
     */
    LeaseRequest acquire(
            CallContext context,
            CallFacts facts,
            ModelPool pool,
            KeyFilter filter,
            boolean afterAttempt,
            boolean hasFallback,
            boolean atOnce)
            throws IOException {
        LeaseRequest made = make(context, facts, pool, filter, afterAttempt, hasFallback, atOnce, null);
        boolean settled = false;
        try {
            context.waitsFor(pool, made);
            submit(made, pool);
            if (made.wasQueued()) {
                await(made, pool, context);
            }
            context.poolCall().decided(made.decision());
            settled = true;
            return made;
        } finally {
            if (!settled) {
                pool.cancel(made);
                giveBack(made, pool, afterAttempt);
            }
        }
    }

    /** Gives back a lease that was granted to a wait in the moment in which it failed. */
    private static void giveBack(LeaseRequest request, ModelPool pool, boolean afterAttempt) {
        Lease lease = request.lease();
        if (lease != null) {
            if (afterAttempt) {
                // The grant has ended the time between two attempts, which the call ends once more.
                pool.attemptsBegin();
            }
            lease.unused();
        }
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
            ModelPool pool,
            KeyFilter filter,
            @Nullable ModelRoute route,
            WhenSettled whenSettled) {
        boolean hasFallback = route != null && route.hasNext();
        KeyFilter first = firstKeys(facts, pool, filter);
        EarlyRequest early = new EarlyRequest(clock, whenSettled);
        LeaseRequest made = make(
                context,
                facts,
                pool,
                first != null && pool.isUsable(first) ? first : filter,
                false,
                hasFallback,
                false,
                early);
        early.request = made;
        context.waitsEarly(pool, made, route);
        return made;
    }

    /**
     * Returns the keys that a call should try first: those of projects that are not known to fail such calls.
     *
     * @return null if there is nothing to prefer
     */
    @Nullable
    KeyFilter firstKeys(CallFacts facts, ModelPool pool, KeyFilter filter) {
        Set<String> failing =
                contrasts.isAnyRaised() ? contrasts.failing(CallContrast.subjectOf(facts, pool)) : Set.of();
        if (failing.isEmpty()) {
            return null;
        }
        KeyFilter others = filter;
        for (String project : failing) {
            others = others.avoiding(new Scope.ProjectModel(project, pool.model()));
        }
        return others;
    }

    /** Submits a request to its pool. */
    void submit(LeaseRequest made, ModelPool pool) {
        pool.request(made);
        if (made.wasQueued()) {
            readers.requestWaits();
        }
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

    /** A batch gives way to calls whose responses somebody waits for, unless its requests or their callers say otherwise. */
    private static boolean isBackground(@Nullable Priority priority, CallContext context) {
        return priority == null ? context.poolCall().isOfBatch() : priority == Priority.BACKGROUND;
    }

    private LeaseRequest make(
            CallContext context,
            CallFacts facts,
            ModelPool pool,
            KeyFilter filter,
            boolean afterAttempt,
            boolean hasFallback,
            boolean atOnce,
            @Nullable Runnable onSettled) {
        KeyFilter ofName = pool.isShared() ? pool.withoutExcluded(filter, facts.model()) : filter;
        KeyFilter ofUse = pool.mayDifferIn(facts.use()) ? ofName.forUse(facts.use()) : ofName;
        KeyFilter keys = isTied(facts) ? ofUse : pool.withoutPassedOver(ofUse);
        CallOptions options = context.poolCall().options();
        Caller caller = callers.of(options.caller());
        Demand demand = demandOf(facts, pool, caller);
        boolean isBackground = isBackground(caller.priorityOf(options.priority()), context);
        boolean isPaced = isBackground && !afterAttempt;
        Duration atLeast = context.isAnySent() ? Duration.ZERO : caller.shortestWait();
        long deadline = deadline(context, pool, atOnce, isBackground, isPaced ? demand : Demand.NOTHING, atLeast);
        if (caller == Caller.NOBODY && !isBackground) {
            return new LeaseRequest(
                    keys,
                    demand,
                    facts.use(),
                    deadline,
                    afterAttempt,
                    hasFallback,
                    options.explained(),
                    context.trace(),
                    onSettled);
        }
        return new CallerLeaseRequest(
                caller,
                isBackground,
                !context.isAnySent(),
                caller.mayUse(facts.model()),
                keys,
                demand,
                facts.use(),
                deadline,
                afterAttempt,
                hasFallback,
                options.explained(),
                context.trace(),
                onSettled);
    }

    /** Returns whether the project that a call prefers may be the only one able to serve it. */
    private static boolean isTied(CallFacts facts) {
        return facts.affinity() != null || facts.isContinuation();
    }

    /**
     * Returns when to stop waiting: the acquire timeout bounds the total waiting time of a call. A background call may wait that
     * long for each attempt, once its pace lets it go.
     *
     * @param paced what it takes from that pace
     * @param atLeast the minimum time that it must be ready to wait to learn whether its caller's limits admit it
     */
    private long deadline(
            CallContext context, ModelPool pool, boolean atOnce, boolean isBackground, Demand paced, Duration atLeast) {
        long now = clock.nanos();
        PoolCall call = context.poolCall();
        long waits = isBackground ? call.waitsAnewUntil(acquireTimeout, now) : call.waitsUntil(acquireTimeout, now);
        waits = atOnce ? now : waits;
        if (paced.isCounted() && waits > now) {
            waits = PoolClock.plus(waits, pool.paceOf(paced));
        }
        long shortest = PoolClock.plus(now, pool.shortestWait().plus(atLeast));
        return atOnce && shortest == now ? now : Math.min(Math.max(waits, shortest), context.deadlineNanos());
    }

    /** Returns the quota that a call needs. Tokens count only if a project or the caller has a token limit. */
    private Demand demandOf(CallFacts facts, ModelPool pool, Caller caller) {
        if (!facts.takesQuota()) {
            return Demand.NOTHING;
        }
        return pool.countsTokens() || caller.countsTokens() ? demandOf(facts) : Demand.of(facts.texts(), 0);
    }

    /** Returns the quota that a call needs if tokens count. */
    Demand demandOf(CallFacts facts) {
        return facts.isContinuation()
                ? Demand.ofContinuation(promptTokens(facts))
                : Demand.of(facts.texts(), facts.promptTokens());
    }

    private void await(LeaseRequest request, ModelPool pool, CallContext context) throws IOException {
        try {
            request.await(clock);
            if (!request.isSettled()) {
                // The timer is late, or its thread could not be started.
                pool.lookAgain();
                pool.cancel(request);
            }
        } catch (InterruptedException e) {
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
