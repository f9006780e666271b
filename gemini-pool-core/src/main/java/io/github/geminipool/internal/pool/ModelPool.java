package io.github.geminipool.internal.pool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.allowance.Lessons;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.PassedOver;
import io.github.geminipool.internal.event.LimitLog;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.health.PeerView;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.instance.Placement;
import io.github.geminipool.internal.order.SlotOrders;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.turn.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The instances for one model and the requests that wait for them: the {@link PoolLock} around {@link Grants}. It never
 * blocks. A request is granted, refused, or queued and looked at again when a lease ends, an exclusion passes or its deadline
 * comes. Thread-safe.
 *
 * <p>The lock is held for a few hundred nanoseconds; listeners are called, and settled requests announced, after it is released.
 */
public final class ModelPool extends KeyQuestions implements PeerView, Lease.Owner {

    private final PoolContext context;
    private final Outage outage;
    private final Grants grants;
    private final AttemptEnds ends;

    /** Null unless replicas share the quotas. */
    private final @Nullable SlotOrders orders;

    private final Condition allIdle = lock.newCondition();
    private final PoolLock guard;

    /**
     * Creates a pool.
     *
     * @param firstIndex the index of the first instance
     * @param size the number of instances
     * @param number the number of models before it
     * @param hasQuotas whether Gemini limits the requests to the model at all
     * @param lookAgain makes all pools look at their waiting requests again
     */
    ModelPool(
            String model,
            int firstIndex,
            int size,
            int number,
            boolean hasQuotas,
            PoolContext context,
            Runnable lookAgain) {
        super(
                model,
                context.selection()
                        .of(model, number, hasQuotas, context.health().ofModel(model, hasQuotas)),
                context.clock());
        this.context = context;
        this.outage = keys.outage();
        this.grants = new Grants(this, firstIndex, size, keys, context.decisions());
        this.ends = new AttemptEnds(outage, this, lookAgain, context);
        this.orders = SlotOrders.of(keys, clock, context.scheduler(), this::changed);
        this.guard = new PoolLock(lock, model, grants, clock, context.scheduler(), orders, this::changed);
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the minimum time that a request must be ready to wait to learn whether there is quota for it; 0 without a shared store. */
    public Duration shortestWait() {
        return orders == null || !keys.quotas().isAnyKnown()
                ? Duration.ZERO
                : orders.traffic().shortestWait();
    }

    /** Returns how long another background call would wait for its turn because of quotas; 0 without known limits. */
    public Duration paceOf(Demand demand) {
        return locked(() -> Duration.ofNanos(grants.paceOf(demand, clock.nanos())));
    }

    /** Grants, refuses or queues a request, and announces its settlement, now or later. */
    public void request(LeaseRequest request) {
        guard.lock();
        try {
            grants.request(request, clock.nanos());
        } finally {
            guard.unlock();
        }
    }

    /** Runs a change because the store's books may have changed; does nothing without a store. */
    void changeBooks(Consumer<SlotTraffic> change) {
        if (orders != null) {
            changed(() -> change.accept(orders.traffic()));
        }
    }

    @Override
    public void mayGo(Caller caller, boolean background) {
        changed(() -> grants.mayGo(caller, background));
    }

    /** Looks at the waiting requests again, after a change outside the pool. */
    public void lookAgain() {
        changed(() -> {});
    }

    private void changed(Runnable change) {
        guard.lock();
        try {
            change.run();
            grants.lookAgain(clock.nanos());
        } finally {
            guard.unlock();
        }
        tellRotated();
    }

    /** Cancels a request; returns false if it was already settled. */
    public boolean cancel(LeaseRequest request) {
        if (!request.cancel()) {
            return false;
        }
        try {
            guard.lock();
            try {
                grants.cancelled(request);
            } finally {
                guard.unlock();
            }
        } finally {
            request.announce();
        }
        return true;
    }

    /** Records that a call will make another attempt: it holds a thread until its next request is granted. */
    public void attemptsBegin() {
        lock.lock();
        try {
            grants.instances().attemptsBegin();
        } finally {
            lock.unlock();
        }
    }

    /** Records that a call ended between two attempts. */
    public void attemptsEnd() {
        changed(grants.instances()::attemptsEnd);
    }

    @Override
    public void started(Lease lease) {
        ends.started(lease);
    }

    @Override
    public void answered(Lease lease) {
        ends.answered(lease);
    }

    @Override
    public boolean isSample(Lease lease) {
        return context.health().isSampleDue(lease.grantedNanos());
    }

    @Override
    public void sampled(Lease lease, long print) {
        context.health().succeeded(print, lease.grantedNanos());
    }

    @Override
    public void sentLate(Lease lease, long nanos) {
        lock.lock();
        try {
            keys.quotas().postpone(lease, nanos);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void completed(Lease lease, Outcome outcome) {
        long now = lease.grantedNanos();
        AttemptEnded ended = null;
        List<Exclusion> excluded = List.of();
        try {
            now = clock.nanos();
            ended = lease.eventOf(outcome, now - lease.grantedNanos());
            lease.ended(ended);
            learn(lease, outcome, now);
            heedUse(outcome.failure());
            excluded = ends.record(lease, outcome, now);
        } finally {
            try {
                release(lease, outcome, now);
            } finally {
                // The first try may have failed for lack of memory, which the release may have relieved.
                ends.tell(lease, ended != null ? ended : lease.eventOf(outcome, now - lease.grantedNanos()), excluded);
            }
        }
    }

    private void heedUse(@Nullable Failure failure) {
        Scope failed = failure == null ? null : failure.scope();
        if (failed instanceof Scope.ProjectModel scope && scope.use() != null && !isShared()) {
            heed(scope);
        }
    }

    private void learn(Lease lease, Outcome outcome, long now) {
        Failure failure = outcome.failure();
        if (failure == null || outcome.exceeded().isEmpty()) {
            return;
        }
        Lessons lessons = locked(() -> keys.quotas().learn(lease, outcome.exceeded(), failure, now));
        lessons.limitsTooHigh().forEach(LimitLog::tell);
        lessons.foreignUse().forEach(context.listeners()::foreignUse);
    }

    @Override
    public boolean isWaitedFor() {
        return locked(grants::isInstanceWaitedFor);
    }

    @Override
    public void gaveInstanceBack(Lease lease) {
        changed(() -> {
            grants.instances().giveBackEarly(lease.instance());
            // The attempt may have ended in the meantime.
            signalIfIdle();
        });
    }

    @Override
    public void unused(Lease lease) {
        long now = lease.grantedNanos();
        try {
            now = clock.nanos();
            long ended = now;
            lease.probes().forEach(probe -> probe.endProbe(ended));
        } finally {
            release(lease, Outcome.UNUSED, now);
        }
    }

    private void release(Lease lease, Outcome outcome, long now) {
        PassedOver passedOver = null;
        guard.lock();
        try {
            passedOver = grants.takeBack(lease, outcome, now - lease.grantedNanos(), now);
        } finally {
            try {
                signalIfIdle();
            } finally {
                guard.unlock();
            }
        }
        tellRotated();
        if (passedOver != null) {
            ends.tell(lease, passedOver, outcome.failure());
        }
    }

    private void signalIfIdle() {
        if (grants.instances().isIdle()) {
            allIdle.signalAll();
        }
    }

    private void tellRotated() {
        if (grants.instances().hasRotated()) {
            List<InstanceRotated> rotated = locked(grants.instances()::takeRotated);
            rotated.forEach(context.listeners()::instanceRotated);
        }
    }

    /** Leases an instance to probe a key; null if there is nothing to probe, another attempt already does, or no instance is idle. */
    @Nullable
    Lease probe(KeyHealth key) {
        lock.lock();
        try {
            return grants.probe(key, clock.nanos());
        } finally {
            lock.unlock();
        }
    }

    /** Chooses a key and an instance for a new chat; null if no key that a filter accepts can be used. */
    public @Nullable Placement place(KeyFilter filter) {
        return locked(() -> Placement.choose(keys, grants.instances(), filter, clock.nanos()));
    }

    /** Makes a project's keys respect an exclusion of the project for one use of the model. */
    void heed(Scope.ProjectModel scope) {
        locked(() -> {
            keys.heed(scope, context.health().cell(scope));
            return null;
        });
    }

    /** Runs the periodic check: finds the keys that are used too much, and evens out the bindings. */
    void check() {
        changed(() -> {
            long now = clock.nanos();
            keys.judgeShares(context.healthSettings(), now);
            grants.evenOut(now);
        });
    }

    /** Adopts the current keys of the pool; leases keep their keys. */
    void keysChanged() {
        changed(() -> grants.keysChanged(clock.nanos()));
    }

    /** Binds the instances to the keys in turn, and resets the usage of the keys. Leases continue. */
    public void reset() {
        changed(() -> {
            grants.reset();
            outage.reset();
        });
    }

    /** Refuses the waiting requests and all later ones. */
    public void close() {
        changed(() -> {
            grants.close();
            if (orders != null) {
                orders.traffic().close();
            }
        });
    }

    /** Waits until no instance is in use, but no longer than until a time; the pool must be closed. Returns whether none is in use. */
    public boolean awaitIdle(long untilNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!grants.instances().isIdle() && clock.nanos() < untilNanos) {
                clock.await(lock, allIdle, untilNanos);
            }
            return grants.instances().isIdle();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int inFlight() {
        return locked(grants.instances()::inUse);
    }

    /** Returns a filter without the projects that may not be used for a model that has no pool of its own. */
    public KeyFilter withoutExcluded(KeyFilter filter, String name) {
        KeyFilter further = filter;
        for (String project : context.health().excludedFor(name)) {
            further = further.avoiding(new Scope.ProjectModel(project, model));
        }
        return further;
    }

    /**
     * Forecasts how long it takes until quotas admit the last of a number of background calls, if interactive traffic stays as it
     * is; 0 without known limits.
     */
    public Duration sentIn(long requests, long tokens) {
        Instant wall = clock.now();
        Duration toMidnight = Duration.between(wall, PacificDay.endAfter(wall));
        return locked(() -> {
            long now = clock.nanos();
            return Duration.ofNanos(grants.sentBy(requests, tokens, now + toMidnight.toNanos(), now) - now);
        });
    }

    /** Returns whether no call uses the pool or waits for it. */
    boolean isIdle() {
        return locked(() -> grants.instances().isIdle()
                && grants.waiting() == 0
                && grants.instances().betweenAttempts() == 0);
    }

    /**
     * Excludes a project from a use of the model because another project answered the same request.
     *
     * @param failed the lease of the attempt that failed
     * @param failure what it failed with
     * @param name the model; other than the pool's if several models share it
     * @param answeredBy the key that answered
     */
    public void convict(Lease failed, String name, Failure failure, String answeredBy) {
        long now = clock.nanos();
        Scope.ProjectModel scope = new Scope.ProjectModel(failed.project(), name, failed.use());
        if (!isShared()) {
            heed(scope);
        }
        ends.convict(failure, scope, answeredBy, now);
    }

    /** Passes a key over because another one of its project answered the same request. */
    public void passOver(Lease failed, Failure failure, String answeredBy) {
        ends.tell(failed, locked(() -> keys.passOver(failed.key(), failed.use(), answeredBy, clock.nanos())), failure);
    }

    /** Returns the state of the instances and the queue. */
    public ModelPoolState state() {
        return locked(this::stateNow);
    }

    private ModelPoolState stateNow() {
        long now = clock.nanos();
        return new ModelPoolState(
                model,
                ModelPoolState.statesOf(grants.instances().all(), now),
                ModelPoolState.inFlight(keys.all()),
                keys.quotas().usage(now),
                grants.waiting(),
                grants.instances().betweenAttempts());
    }
}
