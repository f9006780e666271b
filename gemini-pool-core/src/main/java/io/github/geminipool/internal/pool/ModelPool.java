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
import io.github.geminipool.internal.order.SlotOrders;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.LookAlarm;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.wire.CleanText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances for one model and the requests that wait for them: the lock and the alarm around {@link Grants}. It never
 * blocks. A request is granted, refused, or queued and looked at again when a lease ends, an exclusion passes or its deadline
 * comes. Thread-safe.
 *
 * <p>The lock is held for a few hundred nanoseconds; listeners are told, and requests announced, after it is released.
 */
public final class ModelPool extends KeyQuestions implements PeerView, Lease.Owner {

    private static final Logger log = LoggerFactory.getLogger(ModelPool.class);

    private final PoolContext context;
    private final Outage outage;
    private final Grants grants;
    private final AttemptEnds ends;

    /** Null unless replicas share the quotas. */
    private final @Nullable SlotOrders orders;

    private final Condition allIdle = lock.newCondition();
    private final LookAlarm alarm;

    /**
     * Creates a pool.
     *
     * @param firstIndex the index of the first instance
     * @param size the number of instances
     * @param number the number of models before it
     * @param hasQuotas whether Gemini limits the requests to the model at all
     */
    ModelPool(
            String model,
            int firstIndex,
            int size,
            int number,
            boolean hasQuotas,
            PoolContext context,
            OtherPools otherPools) {
        super(
                model,
                context.selection()
                        .of(model, number, hasQuotas, context.health().ofModel(model)),
                context.clock());
        this.context = context;
        this.outage = keys.outage();
        this.grants = new Grants(this, firstIndex, size, keys, context.decisions());
        this.ends = new AttemptEnds(outage, this, otherPools, context);
        this.alarm = new LookAlarm(context.scheduler(), this::rang);
        this.orders = SlotOrders.of(keys, clock, context.scheduler(), this::changed);
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns how long a request has to wait at least to know whether there is quota for it: no time, unless a store says so. */
    public Duration shortestWait() {
        return orders == null || !keys.quotas().isAnyKnown()
                ? Duration.ZERO
                : orders.traffic().shortestWait();
    }

    /** Returns in how long another background call gets its turn, as far as quotas say; no time without known limits. */
    public Duration paceOf(Demand demand) {
        return locked(() -> Duration.ofNanos(grants.paceOf(demand, clock.nanos())));
    }

    /** Grants, refuses or queues a request, and announces its settlement, now or later. */
    public void request(LeaseRequest request) {
        lock.lock();
        try {
            grants.request(request, clock.nanos());
        } finally {
            unlock();
        }
    }

    /** Decides what slots to order, sets the alarm, releases the lock, announces what is settled and sends orders. */
    private void unlock() {
        LeaseRequest settled = grants.takeSettled();
        List<Caller> callersThatMayGo = grants.takeCallersThatMayGo();
        List<Runnable> messages = List.of();
        Throwable problem = null;
        Throwable ofAlarm = null;
        try {
            if (orders != null) {
                problem = order(orders);
                messages = orders.traffic().takeOutgoing();
            }
        } catch (Throwable e) {
            // What is outgoing is sent by the next holder of the lock.
            problem = e;
        } finally {
            try {
                ofAlarm = alarm.set(grants.nextLookNanos());
            } finally {
                lock.unlock();
            }
        }
        try {
            SettledRequests.announce(settled);
        } finally {
            if (orders != null) {
                orders.traffic().sendSoon(messages);
            }
            log(problem, ofAlarm);
            if (!callersThatMayGo.isEmpty()) {
                // One of them may use another model, whose turn it is. An iterator of nobody would cost every lease.
                letGo(callersThatMayGo);
            }
        }
    }

    private void letGo(List<Caller> callers) {
        for (Caller each : callers) {
            try {
                each.letGo();
            } catch (Throwable e) {
                log.error("Could not serve the calls that wait for a caller's limits; they may wait longer", e);
            }
        }
    }

    /** Decides what to order and to give back; returns what went wrong, or null. */
    private @Nullable Throwable order(SlotOrders to) {
        try {
            grants.order(to, clock.nanos());
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void log(@Nullable Throwable ofOrders, @Nullable Throwable ofAlarm) {
        if (ofOrders != null) {
            log.error("Could not order slots of the shared quotas; waiting calls may wait longer", ofOrders);
        }
        if (ofAlarm != null) {
            log.error(
                    "Could not set the alarm for the requests that wait for model {}; they are served when a call ends",
                    CleanText.of(model),
                    ofAlarm);
        }
    }

    /** Does something because the store's books may have changed; nothing without a store. */
    void ofBooks(Consumer<SlotTraffic> change) {
        if (orders != null) {
            changed(() -> change.accept(orders.traffic()));
        }
    }

    private void rang(long nanos) {
        changed(() -> alarm.rang(nanos));
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
        lock.lock();
        try {
            change.run();
            grants.lookAgain(clock.nanos());
        } finally {
            unlock();
        }
        tellRotated();
    }

    /** Cancels a request; returns false if it was settled before. */
    public boolean cancel(LeaseRequest request) {
        if (!request.cancel()) {
            return false;
        }
        lock.lock();
        try {
            grants.cancelled(request);
        } finally {
            unlock();
        }
        request.announce();
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
                // The first attempt may have failed for lack of memory, which the release may have ended.
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
            // The attempt may have ended at the same time.
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
        lock.lock();
        try {
            passedOver = grants.takeBack(lease, outcome, now - lease.grantedNanos(), now);
        } finally {
            signalIfIdle();
            unlock();
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

    /** Takes an instance to probe a key; null if there is nothing to probe, another attempt does, or none is idle. */
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

    /** Makes the keys of a project heed an exclusion of it for one use of the model. */
    void heed(Scope.ProjectModel scope) {
        locked(() -> {
            keys.heed(scope, context.health().cell(scope));
            return null;
        });
    }

    /** Makes the periodic check: judges which keys are used too much, and evens out the bindings. */
    void check() {
        changed(() -> {
            long now = clock.nanos();
            keys.judgeShares(context.healthSettings(), now);
            grants.evenOut(now);
        });
    }

    /** Takes over the current keys of the pool; leases keep their keys. */
    void keysChanged() {
        changed(() -> grants.keysChanged(clock.nanos()));
    }

    /** Binds the instances to the keys in turn, and resets the use of the keys. Leases are kept. */
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

    /** Waits until no instance is in use, or until a time; the pool must be closed. Returns whether none is. */
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
     * Forecasts in how long the last of many background calls can be sent, as far as quotas say and if interactive calls go on as they
     * do; no time without known limits.
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
     * Excludes a project from a use of the model, because another one answered the same request.
     *
     * @param failed the lease of the attempt that failed
     * @param failure what it failed with
     * @param name the model, whose pool this is unless several share it
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

    /** Passes a key over, because another one of its project answered the same request. */
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
