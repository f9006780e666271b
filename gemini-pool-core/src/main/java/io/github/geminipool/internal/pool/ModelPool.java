package io.github.geminipool.internal.pool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.event.LimitLog;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.health.PeerView;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.internal.wire.ExceededQuota;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
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
public final class ModelPool implements PeerView, Lease.Owner {

    private static final Logger log = LoggerFactory.getLogger(ModelPool.class);

    private final String model;
    private final PoolContext context;
    private final PoolClock clock;
    private final Outage outage;
    private final ModelKeys keys;
    private final Grants grants;
    private final AttemptEnds ends;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition allIdle = lock.newCondition();
    private Scheduler.@Nullable Alarm alarm;
    private long alarmNanos = PoolClock.NEVER;

    /**
     * Creates a pool.
     *
     * @param size the number of instances
     * @param hasQuotas whether Gemini limits the requests to the model at all
     */
    ModelPool(String model, int size, boolean hasQuotas, PoolContext context, OtherPools otherPools) {
        this.model = model;
        this.context = context;
        this.clock = context.clock();
        this.outage = context.health().ofModel(model);
        this.keys = context.selection().of(model, hasQuotas, outage);
        this.grants = new Grants(this, size, keys, context.decisions());
        this.ends = new AttemptEnds(outage, this, otherPools, context);
    }

    @Override
    public String model() {
        return model;
    }

    /** Grants, refuses or queues a request, and announces its settlement, now or later. */
    public void request(LeaseRequest request) {
        LeaseRequest settled = null;
        try {
            lock.lock();
            try {
                grants.request(request, clock.nanos());
            } finally {
                settled = unlock();
            }
        } finally {
            announce(settled);
        }
    }

    /** Sets the alarm and releases the lock; returns the requests to announce. Never throws. */
    private @Nullable LeaseRequest unlock() {
        LeaseRequest settled = grants.takeSettled();
        Throwable problem = setAlarm(grants.nextLookNanos());
        lock.unlock();
        if (problem != null) {
            log.error(
                    "Could not set the alarm for the requests that wait for model {}; they are served when a call ends",
                    CleanText.of(model),
                    problem);
        }
        return settled;
    }

    private @Nullable Throwable setAlarm(long nanos) {
        if (nanos == alarmNanos) {
            return null;
        }
        Scheduler.Alarm before = alarm;
        // If this fails, the next holder of the lock tries again.
        alarm = null;
        alarmNanos = PoolClock.NEVER;
        try {
            if (nanos != PoolClock.NEVER) {
                alarm = context.scheduler().schedule(nanos, () -> rang(nanos));
                alarmNanos = nanos;
            }
            if (before != null) {
                before.cancel();
            }
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void rang(long nanos) {
        changed(() -> {
            if (alarmNanos == nanos) {
                alarm = null;
                alarmNanos = PoolClock.NEVER;
            }
        });
    }

    private static void announce(@Nullable LeaseRequest first) {
        LeaseRequest request = first;
        while (request != null) {
            LeaseRequest next = request.takeNextSettled();
            try {
                request.announce();
            } catch (Throwable e) {
                log.error("Could not tell a call that its lease request is settled; other calls are not affected", e);
            }
            request = next;
        }
    }

    /** Looks at the waiting requests again, after a change outside the pool. */
    public void lookAgain() {
        changed(() -> {});
    }

    private void changed(Runnable change) {
        LeaseRequest settled = null;
        try {
            lock.lock();
            try {
                change.run();
                grants.lookAgain(clock.nanos());
            } finally {
                settled = unlock();
            }
        } finally {
            announce(settled);
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
            announce(unlock());
        }
        request.announce();
        return true;
    }

    /** Records that a call will make another attempt: it holds a thread until its next request is granted. */
    public void attemptsBegin() {
        lock.lock();
        try {
            grants.attemptsBegin();
        } finally {
            lock.unlock();
        }
    }

    /** Records that a call ended between two attempts. */
    public void attemptsEnd() {
        changed(grants::attemptsEnd);
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
            ended = ended(lease, outcome, now - lease.grantedNanos());
            lease.ended(ended);
            learn(lease, outcome, now);
            excluded = ends.record(lease, outcome, now);
        } finally {
            try {
                release(lease, outcome, now);
            } finally {
                if (ended != null) {
                    ends.tell(lease, ended, excluded);
                }
            }
        }
    }

    private AttemptEnded ended(Lease lease, Outcome outcome, long elapsedNanos) {
        return new AttemptEnded(
                model,
                lease.keyName(),
                lease.project(),
                lease.instanceIndex(),
                outcome.failure(),
                outcome.empty(),
                outcome.facts(),
                outcome.sent(),
                Duration.ofNanos(elapsedNanos));
    }

    private void learn(Lease lease, Outcome outcome, long now) {
        Failure failure = outcome.failure();
        if (failure == null || outcome.exceeded().isEmpty()) {
            return;
        }
        List<String> tooHigh = locked(() -> keys.quotas().learn(lease, outcome.exceeded(), failure, now));
        tooHigh.forEach(LimitLog::tell);
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
        LeaseRequest settled = null;
        try {
            lock.lock();
            try {
                grants.takeBack(lease, outcome, now - lease.grantedNanos(), now);
            } finally {
                if (grants.isIdle()) {
                    allIdle.signalAll();
                }
                settled = unlock();
            }
        } finally {
            announce(settled);
        }
        tellRotated();
    }

    private void tellRotated() {
        if (grants.bindings().hasRotated()) {
            List<InstanceRotated> rotated = locked(grants.bindings()::takeRotated);
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
        changed(grants::close);
    }

    /** Waits until no instance is in use, or until a time; the pool must be closed. Returns whether none is. */
    public boolean awaitIdle(long untilNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!grants.isIdle() && clock.nanos() < untilNanos) {
                clock.await(lock, allIdle, untilNanos);
            }
            return grants.isIdle();
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int inFlight() {
        return locked(grants::inFlight);
    }

    @Override
    public int projects(int limit) {
        return locked(() -> keys.projects(limit, clock.nanos()));
    }

    @Override
    public int projectsLeft(int limit) {
        return locked(() -> keys.projectsLeft(limit, clock.nanos()));
    }

    /** Returns whether a token limit is known, so that the tokens of prompts must be estimated. */
    public boolean countsTokens() {
        return keys.quotas().countsTokens();
    }

    /** Returns whether no key may be used for the model because it is overloaded. */
    public boolean isOverloaded() {
        return keys.overload(clock.nanos()) != null;
    }

    /** Returns when a key that a filter accepts becomes available: now, later, or {@code PoolClock.NEVER}. */
    public long nextUsable(KeyFilter filter) {
        return locked(() -> keys.nextUsable(filter, 0, clock.nanos()));
    }

    /** Returns whether a key that a filter accepts is available now. */
    public boolean isUsable(KeyFilter filter) {
        return locked(() -> keys.look(filter, 0, clock.nanos()) instanceof ModelKey);
    }

    /** Returns whether there is a key that a filter accepts, available or not. */
    public boolean hasKeyFor(KeyFilter filter) {
        return locked(() -> keys.hasKeyFor(filter));
    }

    /**
     * Returns the filter for further attempts of a request that was refused for its size rather than for earlier requests: it
     * accepts the projects known to admit it.
     *
     * @param exceeded the quotas for which it was refused
     * @param tokens the tokens of its prompt, estimated from its size
     * @return null if it was refused for something else
     */
    public @Nullable KeyFilter afterRefusalForSize(List<ExceededQuota> exceeded, long tokens, KeyFilter filter) {
        return locked(() -> {
            if (!keys.quotas().isTooLargeFor(exceeded, tokens)) {
                return null;
            }
            KeyFilter further = filter;
            for (Scope scope : keys.quotas().notKnownToAdmit(tokens, model)) {
                further = further.avoiding(scope);
            }
            return further;
        });
    }

    /** Returns the largest known limit of tokens among the keys that a filter accepts; 0 if none is known. */
    public int largestTokenLimit(KeyFilter filter) {
        return locked(() -> keys.quotas().largestTokenLimit(filter));
    }

    /** Returns why keys that a filter accepts can't be used now, by key name, up to a limit; usable keys are absent. */
    public Map<String, Exclusion> exclusions(KeyFilter filter, int limit) {
        return locked(() -> keys.exclusions(filter, limit, clock.nanos()));
    }

    /** Returns the state of the instances and the queue. */
    public ModelPoolState state() {
        return locked(this::stateNow);
    }

    private ModelPoolState stateNow() {
        long now = clock.nanos();
        return new ModelPoolState(
                model,
                ModelPoolState.statesOf(grants.instances(), now),
                ModelPoolState.inFlight(keys.all()),
                keys.quotas().usage(now),
                grants.waiting(),
                grants.betweenAttempts());
    }

    /** Returns whether the calling thread holds the lock; proves in tests that listeners are never told under it. */
    public boolean isLockHeld() {
        return lock.isHeldByCurrentThread();
    }
}
