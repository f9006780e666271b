package io.github.geminipool.internal.pool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.EmptyAnswer;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances for one model, and those who wish for them: a state machine that never blocks. A wish is granted,
 * refused, or queued and looked at again when a lease ends, an exclusion passes or its deadline comes.
 *
 * <p>Everything is guarded by one lock, which is held for a few hundred nanoseconds; listeners are told and wishes
 * announced after it is released.
 */
public final class ModelPool {

    private static final Logger log = LoggerFactory.getLogger(ModelPool.class);

    private final String model;
    private final PoolContext context;
    private final List<ModelKey> keys;
    private final List<TierKeys> tiers;
    private final SafeScore score;
    private final Instance[] instances;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition allIdle = lock.newCondition();
    private final IdleInstances idle = new IdleInstances();
    private final Waiting waiting = new Waiting();
    private final Latency latency = new Latency();
    private @Nullable NamedKeys named;
    private Scheduler.@Nullable Alarm alarm;
    private long alarmNanos = PoolClock.NEVER;
    private long uses;
    private long liftsSeen;
    private int betweenAttempts;
    private boolean closed;

    public ModelPool(String model, int size, PoolContext context) {
        this.model = model;
        this.context = context;
        this.keys = context.keys().stream().map(this::modelKey).toList();
        Map<Integer, List<ModelKey>> byTier = new TreeMap<>();
        for (ModelKey key : keys) {
            byTier.computeIfAbsent(key.project().tier(), tier -> new ArrayList<>())
                    .add(key);
        }
        this.score = new SafeScore(context.strategy());
        this.tiers = byTier.values().stream()
                .map(tier -> new TierKeys(tier, score, context.random()))
                .toList();
        this.liftsSeen = context.exclusions().lifts();
        this.instances = new Instance[size];
        for (int i = 0; i < size; i++) {
            instances[i] = new Instance(i, keys.get(i % keys.size()));
            idle.add(instances[i]);
        }
    }

    private ModelKey modelKey(KeyHealth key) {
        Exclusions exclusions = context.exclusions();
        return new ModelKey(
                key,
                latency,
                exclusions.setbacks(),
                key.ownCell(),
                key.projectCell(),
                key.billingCell(),
                exclusions.cell(new Scope.ProjectModel(key.project().name(), model)),
                exclusions.cell(new Scope.Model(model)),
                exclusions.cell(new Scope.Egress()));
    }

    public String model() {
        return model;
    }

    /** Grants, refuses or queues a wish; when it is settled, now or later, it is announced. */
    public void request(Wish wish) {
        Settled settled = new Settled();
        try {
            lock.lock();
            try {
                admit(wish, context.clock().nanos(), settled);
            } finally {
                lock.unlock();
            }
        } finally {
            settled.announce();
        }
    }

    private void admit(Wish wish, long now, Settled settled) {
        if (closed) {
            settled.refuse(wish, new Refusal(Refusal.Cause.CLOSED, PoolClock.NEVER));
        } else if (!wish.isPending()) {
            // It was cancelled before it came: whoever cancelled it announces it.
            return;
        } else if (waiting.isEmpty() && mayHaveAttempts(wish)) {
            decide(wish, now, settled);
        } else {
            waiting.add(wish);
            serve(now, settled);
            long retryAt = wish.isPending() ? nextUsable(wish.filter(), now) : now;
            if (isInVain(wish, retryAt, now)) {
                waiting.remove(wish);
                settled.refuse(wish, new Refusal(Refusal.Cause.NO_KEY, retryAt));
                wakeForWaiting(PoolClock.NEVER);
            }
        }
    }

    /** Whether a wish can't be granted before its deadline, or ever, whatever leases end. */
    private static boolean isInVain(Wish wish, long retryAt, long now) {
        return retryAt > now && (retryAt == PoolClock.NEVER || retryAt > wish.deadlineNanos());
    }

    /** A first attempt has to wait while as many calls as there are instances hold a thread between attempts. */
    private boolean mayHaveAttempts(Wish wish) {
        return wish.isRepeat() || betweenAttempts < instances.length;
    }

    /** The path of a wish that finds nobody waiting. */
    private void decide(Wish wish, long now, Settled settled) {
        ModelKey key = choose(wish.filter(), now);
        if (key != null && !idle.isEmpty()) {
            grant(wish, key, now, settled);
            return;
        }
        long retryAt = key != null ? now : nextUsable(wish.filter(), now);
        if (isInVain(wish, retryAt, now)) {
            settled.refuse(wish, new Refusal(Refusal.Cause.NO_KEY, retryAt));
        } else if (wish.deadlineNanos() <= now) {
            settled.refuse(wish, new Refusal(Refusal.Cause.BUSY, PoolClock.NEVER));
        } else {
            waiting.add(wish);
            wakeAt(Math.min(wish.deadlineNanos(), retryAt > now ? retryAt : PoolClock.NEVER));
        }
    }

    /** Looks at those who wait: grants in turn what can be granted, and refuses whom it is too late for. */
    private void serve(long now, Settled settled) {
        long lookAgain = refusePlainInVain(now, settled);
        boolean plainInVain = lookAgain != PoolClock.NEVER;
        Wish wish = waiting.after(null, betweenAttempts < instances.length);
        while (wish != null && !idle.isEmpty()) {
            if (plainInVain && !waiting.hasRestricted()) {
                break;
            }
            Wish current = wish;
            if (!(plainInVain && current.filter().isPlain())) {
                ModelKey key = choose(current.filter(), now);
                if (key != null) {
                    waiting.remove(current);
                    grant(current, key, now, settled);
                } else {
                    long retryAt = nextUsable(current.filter(), now);
                    if (isInVain(current, retryAt, now)) {
                        waiting.remove(current);
                        settled.refuse(current, new Refusal(Refusal.Cause.NO_KEY, retryAt));
                    } else {
                        lookAgain = Math.min(lookAgain, retryAt);
                    }
                }
            }
            wish = waiting.after(current, betweenAttempts < instances.length);
        }
        for (Wish late : waiting.removeDue(now)) {
            settled.refuse(late, refusalAtDeadline(late, now));
        }
        wakeForWaiting(lookAgain);
    }

    private void wakeForWaiting(long lookAgain) {
        wakeAt(waiting.isEmpty() ? PoolClock.NEVER : Math.min(lookAgain, waiting.nextDeadline()));
    }

    /**
     * Where no key is usable at all, refuses those who can't wait for the next one.
     *
     * @return when the next one is usable; {@code NEVER} if one is now, or nobody is left to wait for it
     */
    private long refusePlainInVain(long now, Settled settled) {
        if (!waiting.hasPlain()) {
            return PoolClock.NEVER;
        }
        long retryAt = nextUsable(KeyFilter.ANY, now);
        if (retryAt <= now) {
            return PoolClock.NEVER;
        }
        for (Wish wish : waiting.removePlainBefore(retryAt)) {
            settled.refuse(wish, new Refusal(Refusal.Cause.NO_KEY, retryAt));
        }
        return waiting.hasPlain() ? retryAt : PoolClock.NEVER;
    }

    private Refusal refusalAtDeadline(Wish wish, long now) {
        long retryAt = nextUsable(wish.filter(), now);
        return retryAt > now
                ? new Refusal(Refusal.Cause.NO_KEY, retryAt)
                : new Refusal(Refusal.Cause.BUSY, PoolClock.NEVER);
    }

    private @Nullable ModelKey choose(KeyFilter filter, long now) {
        String preferred = filter.choice().preferredProject();
        ModelKey best = preferred == null ? null : named().chooseOf(preferred, filter, now);
        if (best != null) {
            return best;
        }
        return filter.namesKeys() ? named().choose(filter, now) : chooseOfTiers(filter, now);
    }

    /** Made for the first wish that needs it: most pools never do. */
    private NamedKeys named() {
        if (named == null) {
            named = new NamedKeys(keys, score);
        }
        return named;
    }

    private @Nullable ModelKey chooseOfTiers(KeyFilter filter, long now) {
        restoreLifted();
        for (int i = 0; i < tiers.size(); i++) {
            ModelKey key = tiers.get(i).choose(filter, now);
            if (key != null) {
                return key;
            }
        }
        return null;
    }

    private long nextUsable(KeyFilter filter, long now) {
        if (filter.namesKeys()) {
            return named().nextUsable(filter, now);
        }
        restoreLifted();
        long next = PoolClock.NEVER;
        for (TierKeys tier : tiers) {
            next = Math.min(next, tier.nextUsable(filter, now));
        }
        return next;
    }

    private void restoreLifted() {
        long lifts = context.exclusions().lifts();
        if (lifts != liftsSeen) {
            liftsSeen = lifts;
            tiers.forEach(TierKeys::restoreAll);
        }
    }

    private void grant(Wish wish, ModelKey key, long now, Settled settled) {
        Instance instance = idle.takeFor(key);
        if (!wish.grant(new Lease(this, instance, key, now))) {
            // It was cancelled meanwhile: the instance is for the next one.
            idle.add(instance);
            return;
        }
        key.granted(++uses, now);
        if (wish.isRepeat()) {
            betweenAttempts--;
        }
        settled.add(wish);
    }

    private void wakeAt(long nanos) {
        if (nanos == alarmNanos) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarmNanos = nanos;
        alarm = nanos == PoolClock.NEVER ? null : context.scheduler().schedule(nanos, () -> rang(nanos));
    }

    private void rang(long nanos) {
        changed(() -> {
            if (alarmNanos == nanos) {
                alarm = null;
                alarmNanos = PoolClock.NEVER;
            }
        });
    }

    /** Looks at those who wait, because something has changed that the pool was not told of. */
    public void lookAgain() {
        changed(() -> {});
    }

    private void changed(Runnable change) {
        Settled settled = new Settled();
        try {
            lock.lock();
            try {
                change.run();
                if (!waiting.isEmpty()) {
                    serve(context.clock().nanos(), settled);
                }
            } finally {
                lock.unlock();
            }
        } finally {
            settled.announce();
        }
    }

    /** Takes a wish back; returns false if it was settled before. */
    public boolean cancel(Wish wish) {
        if (!wish.cancel()) {
            return false;
        }
        lock.lock();
        try {
            waiting.remove(wish);
            if (waiting.isEmpty()) {
                wakeAt(PoolClock.NEVER);
            }
        } finally {
            lock.unlock();
        }
        wish.announce();
        return true;
    }

    /** A call has had a failed attempt and goes on: it holds a thread until its next wish is granted. */
    public void attemptsBegin() {
        lock.lock();
        try {
            betweenAttempts++;
        } finally {
            lock.unlock();
        }
    }

    /** A call that was between attempts ended without another one. */
    public void attemptsEnd() {
        changed(() -> betweenAttempts--);
    }

    void started(Lease lease) {
        context.listeners()
                .attemptStarted(new AttemptStarted(model, lease.keyName(), lease.project(), lease.instanceIndex()));
    }

    void completed(Lease lease, @Nullable Failure failure, @Nullable EmptyAnswer empty, boolean sent) {
        long now = context.clock().nanos();
        KeyHealth key = lease.key().health();
        Exclusion exclusion = null;
        if (failure == null) {
            context.health().succeeded(key, now);
        } else {
            exclusion = context.health().failed(key, failure, now);
        }
        long elapsed = now - lease.grantedNanos();
        AttemptEnded ended = new AttemptEnded(
                model,
                lease.keyName(),
                lease.project(),
                lease.instanceIndex(),
                failure,
                empty,
                sent,
                Duration.ofNanos(elapsed));
        lease.ended(ended);
        release(lease, failure == null, elapsed, now);
        if (exclusion != null && failure != null) {
            context.listeners()
                    .scopeExcluded(new ScopeExcluded(
                            exclusion.scope(),
                            exclusion.isLasting() ? null : context.clock().instantAt(exclusion.untilNanos()),
                            failure));
        }
        context.listeners().attemptEnded(ended);
    }

    void unused(Lease lease) {
        release(lease, false, 0, context.clock().nanos());
    }

    private void release(Lease lease, boolean success, long elapsed, long now) {
        Settled settled = null;
        try {
            lock.lock();
            try {
                lease.key().released(success, elapsed);
                if (success) {
                    latency.add(elapsed);
                }
                idle.add(lease.instance());
                if (closed && idle.count() == instances.length) {
                    allIdle.signalAll();
                }
                if (!waiting.isEmpty()) {
                    settled = new Settled();
                    serve(now, settled);
                }
            } finally {
                lock.unlock();
            }
        } finally {
            if (settled != null) {
                settled.announce();
            }
        }
    }

    /** Binds the instances anew, round-robin, and forgets what is known of the keys' use; leases go on. */
    public void reset() {
        changed(() -> {
            for (Instance instance : instances) {
                boolean wasIdle = instance.idle;
                if (wasIdle) {
                    idle.remove(instance);
                }
                instance.bound = keys.get(instance.index % keys.size());
                if (wasIdle) {
                    idle.add(instance);
                }
            }
            keys.forEach(ModelKey::reset);
            latency.reset();
            uses = 0;
        });
    }

    /** Refuses all who wait and all who come. */
    public void close() {
        Settled settled = new Settled();
        lock.lock();
        try {
            closed = true;
            for (Wish wish : waiting.removeAll()) {
                settled.refuse(wish, new Refusal(Refusal.Cause.CLOSED, PoolClock.NEVER));
            }
            wakeAt(PoolClock.NEVER);
        } finally {
            lock.unlock();
        }
        settled.announce();
    }

    /** Waits until no instance is in use; the pool must be closed. */
    public boolean awaitIdle(long untilNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (idle.count() < instances.length && context.clock().nanos() < untilNanos) {
                context.clock().await(lock, allIdle, untilNanos);
            }
            return idle.count() == instances.length;
        } finally {
            lock.unlock();
        }
    }

    /** When a key that a filter accepts can be used: now or later, or {@code PoolClock.NEVER}. */
    public long nextUsable(KeyFilter filter) {
        lock.lock();
        try {
            return nextUsable(filter, context.clock().nanos());
        } finally {
            lock.unlock();
        }
    }

    /** Why keys that a filter accepts can't be used now, by key name; usable ones are absent. */
    public Map<String, Exclusion> exclusions(KeyFilter filter, int limit) {
        lock.lock();
        try {
            long now = context.clock().nanos();
            Map<String, Exclusion> excluded = new LinkedHashMap<>();
            for (int i = 0; i < keys.size() && excluded.size() < limit; i++) {
                Exclusion exclusion = keys.get(i).exclusion(now);
                if (exclusion != null && filter.accepts(keys.get(i).health())) {
                    excluded.put(keys.get(i).keyName(), exclusion);
                }
            }
            return excluded;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a key that a filter accepts, usable or not. */
    public boolean hasKeyFor(KeyFilter filter) {
        return keys.stream().anyMatch(key -> filter.accepts(key.health()));
    }

    /** The state of the instances and the queue now. */
    public ModelPoolState state() {
        lock.lock();
        try {
            long now = context.clock().nanos();
            List<ModelPoolState.InstanceState> states = new ArrayList<>(instances.length);
            for (Instance instance : instances) {
                states.add(new ModelPoolState.InstanceState(
                        instance.bound.keyName(), !instance.idle, instance.bound.exclusion(now) == null));
            }
            Map<String, Integer> inFlight = new LinkedHashMap<>();
            for (ModelKey key : keys) {
                if (key.inFlight() > 0) {
                    inFlight.put(key.keyName(), key.inFlight());
                }
            }
            return new ModelPoolState(model, states, inFlight, waiting.size(), betweenAttempts);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the calling thread holds the lock; for the proof that listeners are never told under it. */
    public boolean isLockHeld() {
        return lock.isHeldByCurrentThread();
    }

    /** The wishes that were settled under the lock and are to be announced after it. */
    private static final class Settled {

        private @Nullable Wish first;
        private @Nullable List<Wish> more;

        void refuse(Wish wish, Refusal refusal) {
            if (wish.refuse(refusal)) {
                add(wish);
            }
        }

        void add(Wish wish) {
            if (first == null) {
                first = wish;
                return;
            }
            if (more == null) {
                more = new ArrayList<>();
            }
            more.add(wish);
        }

        void announce() {
            if (first != null) {
                announce(first);
            }
            if (more != null) {
                more.forEach(Settled::announce);
            }
        }

        private static void announce(Wish wish) {
            try {
                wish.announce();
            } catch (Throwable e) {
                log.error("A call could not be told that its wait is over; others are", e);
            }
        }
    }
}
