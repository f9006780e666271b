package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.Explanation;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.Latency;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.NamedKeys;
import io.github.geminipool.internal.choice.ProjectQuotas;
import io.github.geminipool.internal.choice.SafeScore;
import io.github.geminipool.internal.choice.TierKeys;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.event.LimitLog;
import io.github.geminipool.internal.health.AttemptSubject;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.FailureEffects;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.health.PeerView;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
public final class ModelPool implements PeerView {

    private static final Logger log = LoggerFactory.getLogger(ModelPool.class);

    /** So many larger wishes are passed at most in looking for one that is small enough. */
    private static final int MOST_PASSED = 64;

    /** A wish that has waited for half of a quota's minute is passed by smaller ones no more. */
    private static final long LONGEST_PASSED = 30_000_000_000L;

    private final String model;
    private final PoolContext context;
    private final Outage outage;
    private final ProjectQuotas quotas;
    private final SafeScore score;
    private final Instance[] instances;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition allIdle = lock.newCondition();
    private final IdleInstances idle = new IdleInstances();
    private final Bindings bindings;
    private final Waiting waiting = new Waiting();
    private final Latency latency = new Latency();
    private List<ModelKey> keys;
    private List<TierKeys> tiers;
    private @Nullable NamedKeys named;
    private Scheduler.@Nullable Alarm alarm;
    private long alarmNanos = PoolClock.NEVER;
    private int nextNumber;
    private long uses;
    private long lastGrant;
    private long releasesSeen;
    private int betweenAttempts;
    private boolean closed;

    public ModelPool(String model, int size, PoolContext context) {
        this.model = model;
        this.context = context;
        this.outage = context.health().ofModel(model);
        this.keys = context.keys().keys().stream().map(this::modelKey).toList();
        this.quotas = new ProjectQuotas(
                model,
                !model.equals(CallFacts.NO_MODEL) && !model.equals(ModelPools.OTHER_MODELS),
                keys,
                context.limits(),
                context.ledgers(),
                context.clock());
        this.score = new SafeScore(context.strategy());
        this.tiers = tiersOf(keys);
        this.releasesSeen = context.exclusions().releaseVersion().current();
        this.instances = new Instance[size];
        this.bindings = new Bindings(model, instances);
        idle.growTo(nextNumber);
        for (int i = 0; i < size; i++) {
            instances[i] = new Instance(i, keys.get(i % keys.size()));
            idle.add(instances[i]);
        }
    }

    private List<TierKeys> tiersOf(List<ModelKey> all) {
        Map<Integer, List<ModelKey>> byTier = new TreeMap<>();
        for (ModelKey key : all) {
            byTier.computeIfAbsent(key.project().tier(), tier -> new ArrayList<>())
                    .add(key);
        }
        return byTier.values().stream()
                .map(tier -> new TierKeys(tier, score, context.random()))
                .toList();
    }

    private ModelKey modelKey(KeyHealth key) {
        Exclusions exclusions = context.exclusions();
        Scope.ProjectModel projectModel = new Scope.ProjectModel(key.project().name(), model);
        return new ModelKey(
                nextNumber++,
                key,
                latency,
                exclusions.exclusionVersion(),
                projectModel,
                key.ownCell(),
                key.projectCell(),
                key.billingCell(),
                exclusions.cell(projectModel),
                outage.cell(),
                exclusions.cell(new Scope.Egress()));
    }

    public String model() {
        return model;
    }

    /** Grants, refuses or queues a wish; when it is settled, now or later, it is announced. */
    public void request(LeaseRequest wish) {
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

    private void admit(LeaseRequest wish, long now, Settled settled) {
        if (closed) {
            settled.refuse(wish, new Refusal(Refusal.Cause.CLOSED, PoolClock.NEVER));
        } else if (!wish.isPending()) {
            // It was cancelled before it came: whoever cancelled it announces it.
            return;
        } else if (quotas.countsTokens() && quotas.isTooLarge(wish.demand(), wish.filter())) {
            settled.refuse(wish, new Refusal(Refusal.Cause.TOO_LARGE, PoolClock.NEVER));
        } else if (waiting.isEmpty() && mayHaveAttempts(wish)) {
            decide(wish, now, settled);
        } else {
            waiting.add(wish, now);
            serve(now, settled);
            long retryAt = wish.isPending() ? Math.max(nextUsable(wish, now), turnOf(wish, now)) : now;
            if (isInVain(wish, retryAt, now)) {
                waiting.remove(wish);
                settled.refuse(wish, noKey(wish, retryAt, now));
                if (waiting.isEmpty()) {
                    wakeAt(PoolClock.NEVER);
                }
            }
        }
    }

    /** When it is the turn of a wish that waits behind others, if that is after its deadline; else now. */
    private long turnOf(LeaseRequest wish, long now) {
        boolean isLast = wish.isPlain() && !wish.isRetry() && waiting.size() > 1;
        if (!isLast || wish.deadlineNanos() == PoolClock.NEVER || !quotas.isAnyKnown()) {
            return now;
        }
        long turn = quotas.turnOf(
                wish.filter(), waiting.plainSize() - 1L, waiting.plainTokens(), now, wish.deadlineNanos());
        return turn > wish.deadlineNanos() ? turn : now;
    }

    /** Whether a wish can't be granted before its deadline, or ever, whatever leases end. */
    private boolean isInVain(LeaseRequest wish, long retryAt, long now) {
        return retryAt > now
                && ((wish.hasFallback() && overload(now) != null)
                        || ((retryAt == PoolClock.NEVER || retryAt > wish.deadlineNanos())
                                && !mayEndAnyMoment(wish.filter(), now)));
    }

    /** Whether attempts that are under way find out about what excludes a key that a filter accepts. */
    private boolean mayEndAnyMoment(KeyFilter filter, long now) {
        if (!context.exclusions().areProbed()) {
            return false;
        }
        for (ModelKey key : keys) {
            if (key.isFoundOutAbout(now) && filter.accepts(key.health())) {
                return true;
            }
        }
        return false;
    }

    /** The overload for which the model is left alone, whatever the key; null if it is not. */
    private @Nullable Failure overload(long now) {
        Exclusion exclusion = outage.cell().at(now);
        Failure failure = exclusion == null ? null : exclusion.failure();
        return failure != null && failure.kind().isCuredByAnotherModel() ? failure : null;
    }

    /** Whether the model is left alone since it is overloaded, whatever the key. */
    public boolean isOverloaded() {
        return overload(context.clock().nanos()) != null;
    }

    private Refusal noKey(LeaseRequest wish, long retryAt, long now) {
        return new Refusal(
                Refusal.Cause.NO_KEY,
                retryAt,
                wish.hasFallback() ? curedByAnotherModel(wish.filter().afresh(), now) : null);
    }

    /** Why keys that a filter accepts are not usable here, although they may be for another model; null otherwise. */
    private @Nullable Failure curedByAnotherModel(KeyFilter filter, long now) {
        Failure overload = overload(now);
        if (overload != null) {
            return overload;
        }
        for (ModelKey key : keys) {
            Exclusion exclusion = key.exclusion(now);
            Failure failure = exclusion == null ? null : exclusion.failure();
            if (failure != null && failure.kind().isCuredByAnotherModel() && filter.accepts(key.health())) {
                return failure;
            }
        }
        return null;
    }

    /** A first attempt has to wait while as many calls as there are instances hold a thread between attempts. */
    private boolean mayHaveAttempts(LeaseRequest wish) {
        return wish.isRetry() || betweenAttempts < instances.length;
    }

    /** The path of a wish that finds nobody waiting. */
    private void decide(LeaseRequest wish, long now, Settled settled) {
        ModelKey key = choose(wish, now);
        while (key != null && !idle.isEmpty()) {
            if (grant(wish, key, now, settled)) {
                return;
            }
            key = choose(wish, now);
        }
        long retryAt = key != null ? now : nextUsable(wish, now);
        if (isInVain(wish, retryAt, now)) {
            settled.refuse(wish, noKey(wish, retryAt, now));
        } else if (wish.deadlineNanos() <= now) {
            settled.refuse(wish, refusalAtDeadline(wish, now));
        } else {
            waiting.add(wish, now);
            wakeAt(Math.min(wish.deadlineNanos(), retryAt > now ? retryAt : PoolClock.NEVER));
        }
    }

    /** Looks at those who wait: grants in turn what can be granted, and refuses whom it is too late for. */
    private void serve(long now, Settled settled) {
        refuseWithFallback(now, settled);
        long lookAgain = refusePlainInVain(now, settled);
        // No plain wish that needs so much gets a key; 0: none at all does.
        long tooMuch = lookAgain == PoolClock.NEVER ? Long.MAX_VALUE : 0;
        int passed = 0;
        LeaseRequest wish = waiting.after(null, betweenAttempts < instances.length);
        while (wish != null && !idle.isEmpty() && (tooMuch > 0 || waiting.hasRestricted())) {
            boolean plain = wish.isPlain();
            long needs = plain ? quotas.reserve(wish.demand()) : 0;
            if (plain && needs >= tooMuch) {
                passed++;
            } else if (!serve(wish, now, settled)) {
                if (plain && needs == 0) {
                    // What was free may be excluded now, while one attempt finds out about it.
                    lookAgain = Math.min(lookAgain, refusePlainInVain(now, settled));
                } else {
                    lookAgain = Math.min(lookAgain, refuseInVain(wish, now, settled));
                }
                if (plain) {
                    // A smaller one may pass it, but not for ever.
                    tooMuch = wish.waited(now) < LONGEST_PASSED ? needs : 0;
                }
            }
            if (passed > MOST_PASSED) {
                tooMuch = 0;
            }
            wish = waiting.after(wish, betweenAttempts < instances.length);
        }
        for (LeaseRequest late : waiting.removeDue(now)) {
            settled.refuse(late, refusalAtDeadline(late, now));
        }
        wakeForWaiting(lookAgain);
    }

    /** Grants a wish that waits, if there is a key for it. */
    private boolean serve(LeaseRequest wish, long now, Settled settled) {
        ModelKey key = choose(wish, now);
        while (key != null && !grant(wish, key, now, settled)) {
            key = choose(wish, now);
        }
        return key != null && waiting.remove(wish);
    }

    /** Refuses a wish that can't wait for its next key; returns when that is usable, for others may wait for it. */
    private long refuseInVain(LeaseRequest wish, long now, Settled settled) {
        long retryAt = nextUsable(wish, now);
        if (isInVain(wish, retryAt, now)) {
            waiting.remove(wish);
            settled.refuse(wish, noKey(wish, retryAt, now));
        }
        return retryAt;
    }

    private void wakeForWaiting(long lookAgain) {
        wakeAt(waiting.isEmpty() ? PoolClock.NEVER : Math.min(lookAgain, waiting.nextDeadline()));
    }

    /** Where the model is overloaded, those who have another one to go on with do not wait for it. */
    private void refuseWithFallback(long now, Settled settled) {
        Failure overload = waiting.hasFallbacks() ? overload(now) : null;
        if (overload != null) {
            Refusal refusal = new Refusal(Refusal.Cause.NO_KEY, nextUsable(KeyFilter.ANY, 0, now), overload);
            for (LeaseRequest wish : waiting.removeWithFallback()) {
                settled.refuse(wish, refusal);
            }
        }
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
        long retryAt = nextUsable(KeyFilter.ANY, 0, now);
        if (retryAt <= now) {
            return PoolClock.NEVER;
        }
        if (mayEndAnyMoment(KeyFilter.ANY, now)) {
            return retryAt;
        }
        List<LeaseRequest> inVain = waiting.removePlainBefore(retryAt);
        // They fare alike, and may be very many.
        Failure fallBackFor =
                inVain.stream().anyMatch(LeaseRequest::hasFallback) ? curedByAnotherModel(KeyFilter.ANY, now) : null;
        for (LeaseRequest wish : inVain) {
            settled.refuse(wish, new Refusal(Refusal.Cause.NO_KEY, retryAt, wish.hasFallback() ? fallBackFor : null));
        }
        return waiting.hasPlain() ? retryAt : PoolClock.NEVER;
    }

    private Refusal refusalAtDeadline(LeaseRequest wish, long now) {
        long retryAt = nextUsable(wish, now);
        return retryAt > now ? noKey(wish, retryAt, now) : new Refusal(Refusal.Cause.BUSY, PoolClock.NEVER);
    }

    private @Nullable ModelKey choose(LeaseRequest wish, long now) {
        return choose(wish.filter(), quotas.reserve(wish.demand()), now);
    }

    private @Nullable ModelKey choose(KeyFilter filter, long tokens, long now) {
        String preferred = filter.choice().preferredProject();
        ModelKey best = preferred == null ? null : named().chooseOf(preferred, filter, tokens, now);
        if (best != null) {
            return best;
        }
        return filter.namesKeys() ? named().choose(filter, tokens, now) : chooseOfTiers(filter, tokens, now);
    }

    /** Made for the first wish that needs it: most pools never do. */
    private NamedKeys named() {
        if (named == null) {
            named = new NamedKeys(keys, score);
        }
        return named;
    }

    private @Nullable ModelKey chooseOfTiers(KeyFilter filter, long tokens, long now) {
        restoreRelieved();
        ModelKey secondChoice = null;
        for (int i = 0; i < tiers.size(); i++) {
            TierKeys tier = tiers.get(i);
            ModelKey key = tier.choose(filter, tokens, now);
            if (key != null) {
                return key;
            }
            secondChoice = secondChoice == null ? tier.secondChoice() : secondChoice;
        }
        return secondChoice;
    }

    private long nextUsable(LeaseRequest wish, long now) {
        return nextUsable(wish.filter(), quotas.reserve(wish.demand()), now);
    }

    private long nextUsable(KeyFilter filter, long tokens, long now) {
        if (filter.namesKeys()) {
            return named().nextUsable(filter, tokens, now);
        }
        restoreRelieved();
        long next = PoolClock.NEVER;
        for (TierKeys tier : tiers) {
            next = Math.min(next, tier.nextUsable(filter, tokens, now));
        }
        return next;
    }

    private void restoreRelieved() {
        long releaseVersion = context.exclusions().releaseVersion().current();
        if (releaseVersion != releasesSeen) {
            releasesSeen = releaseVersion;
            tiers.forEach(TierKeys::restoreAll);
        }
    }

    /** Settles a wish; false if another attempt has begun to find out meanwhile whether the key can be used. */
    private boolean grant(LeaseRequest wish, ModelKey key, long now, Settled settled) {
        List<ExclusionCell> probes = key.beginProbes(now);
        if (probes == null) {
            return false;
        }
        long reserved = quotas.reserve(wish.demand());
        if (wish.isExplained() || context.decisions().isOn()) {
            KeyDecision decision =
                    new Explanation(wish.filter(), reserved, score, context.clock(), now).of(model, key, keys);
            wish.decided(decision);
            context.decisions().add(decision);
        }
        Instance instance = idle.bestFor(key);
        idle.remove(instance);
        if (instance.bound != key && instance.bound.isOut(now)) {
            bindings.bind(instance, key);
        }
        // Clocks that were read before the lock was had come out of order.
        lastGrant = Math.max(lastGrant, now);
        if (!wish.grant(new Lease(this, instance, key, lastGrant, wish.demand(), reserved, probes))) {
            // It was cancelled meanwhile: the instance is for the next one.
            idle.add(instance);
            probes.forEach(probe -> probe.endProbe(now));
            return true;
        }
        key.granted(++uses, now);
        if (key.ledger != null && reserved >= 0) {
            key.ledger.take(lastGrant, reserved);
        }
        if (wish.isRetry()) {
            betweenAttempts--;
        }
        settled.add(wish);
        return true;
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
        tellRotated();
    }

    /** Takes a wish back; returns false if it was settled before. */
    public boolean cancel(LeaseRequest wish) {
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
        AttemptStarted started = new AttemptStarted(model, lease.keyName(), lease.project(), lease.instanceIndex());
        context.listeners().attemptStarted(started);
        CallTrace trace = lease.trace();
        if (trace != null) {
            trace.attemptStarted(started);
        }
    }

    private AttemptSubject trial(Lease lease) {
        return new AttemptSubject(lease.key().health(), outage, lease.probes());
    }

    /** A request left later than it was granted. */
    void sentLate(Lease lease, long nanos) {
        lock.lock();
        try {
            ProjectQuotas.postpone(lease, nanos);
        } finally {
            lock.unlock();
        }
    }

    void answered(Lease lease) {
        if (lease.probes().isEmpty() && context.health().isQuiet(outage)) {
            return;
        }
        restored(context.health().answered(trial(lease), context.clock().nanos()));
    }

    private void restored(List<Exclusion> exclusions) {
        if (!exclusions.isEmpty()) {
            context.lookAgain().run();
            exclusions.forEach(exclusion -> context.listeners().scopeRestored(new ScopeRestored(exclusion.scope())));
        }
    }

    void completed(Lease lease, @Nullable Failure failure, @Nullable EmptyResponse empty, boolean sent) {
        long now = context.clock().nanos();
        List<Exclusion> excluded = List.of();
        if (failure == null) {
            answered(lease);
            if (context.health().succeeded(lease.key().health(), now)) {
                context.tell(lease.key().health());
            }
        } else {
            excluded = failed(lease, failure, now);
        }
        long elapsed = now - lease.grantedNanos();
        AttemptEnded ended = new AttemptEnded(
                model,
                lease.keyName(),
                lease.project(),
                lease.instanceIndex(),
                failure,
                empty,
                lease.answer(),
                sent,
                Duration.ofNanos(elapsed));
        lease.ended(ended);
        release(lease, failure == null, sent, elapsed, now);
        tellRotated();
        for (int i = 0; i < excluded.size(); i++) {
            tellExcluded(excluded.get(i));
        }
        context.listeners().attemptEnded(ended);
        CallTrace trace = lease.trace();
        if (trace != null) {
            trace.attemptEnded(ended);
        }
    }

    private void tellRotated() {
        if (!bindings.hasRotated()) {
            return;
        }
        List<InstanceRotated> rotated;
        lock.lock();
        try {
            rotated = bindings.takeRotated();
        } finally {
            lock.unlock();
        }
        rotated.forEach(context.listeners()::instanceRotated);
    }

    private List<Exclusion> failed(Lease lease, Failure failure, long now) {
        FailureEffects aftermath = context.health().failed(trial(lease), failure, this, now);
        if (aftermath.confirmsOutage()) {
            lease.confirmsOutage();
        }
        if (!lease.exceeded().isEmpty()) {
            learn(lease, failure, now);
        }
        restored(aftermath.restored());
        if (aftermath.degraded()) {
            context.tell(lease.key().health());
        }
        for (Exclusion exclusion : aftermath.excluded()) {
            if (isProbed(exclusion)) {
                context.whenRejected().accept(lease.key().health(), exclusion);
            }
        }
        boolean concernsOthers =
                aftermath.excluded().stream().anyMatch(exclusion -> !(exclusion.scope() instanceof Scope.ProjectModel));
        if (concernsOthers || !lease.probes().isEmpty()) {
            // Calls to other models may wait for the same key, project or account.
            context.lookAgain().run();
        }
        return aftermath.excluded();
    }

    /** Whether it costs nothing to find out whether it is over. */
    private static boolean isProbed(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        return failure != null
                && failure.kind().isFaultOfKey()
                && !exclusion.isLasting()
                && (exclusion.scope() instanceof Scope.Key || exclusion.scope() instanceof Scope.Project);
    }

    private void learn(Lease lease, Failure failure, long now) {
        List<String> tooHigh;
        lock.lock();
        try {
            tooHigh = quotas.learn(lease, lease.exceeded(), failure, now);
        } finally {
            lock.unlock();
        }
        tooHigh.forEach(LimitLog::tell);
    }

    /** Whether there is a limit of tokens, so that requests are to say how many they have. */
    public boolean countsTokens() {
        return quotas.countsTokens();
    }

    private void tellExcluded(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        if (failure != null) {
            Instant until = exclusion.isLasting() ? null : context.clock().instantAt(exclusion.untilNanos());
            context.listeners().scopeExcluded(new ScopeExcluded(exclusion.scope(), until, failure));
        }
    }

    @Override
    public int inFlight() {
        lock.lock();
        try {
            return instances.length - idle.count();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int projects(int enough) {
        lock.lock();
        try {
            long now = context.clock().nanos();
            for (TierKeys tier : tiers) {
                // Whose quota comes back in a moment is not out for the question whether everybody fails.
                int count = quotas.isAnyKnown() ? tier.projectsThatWork(enough, now) : tier.projects(enough, now);
                if (count > 0) {
                    return count;
                }
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int projectsLeft(int enough) {
        lock.lock();
        try {
            long now = context.clock().nanos();
            Set<String> projects = new HashSet<>();
            for (int i = 0; i < keys.size() && projects.size() < enough; i++) {
                ModelKey key = keys.get(i);
                if (!key.isOutForItself(now)) {
                    projects.add(key.project().name());
                }
            }
            return projects.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * An instance for finding out whether a key may be used again, whatever else waits for one.
     *
     * @return null if there is nothing to find out, somebody else does, or no instance is idle
     */
    @Nullable
    Lease probe(KeyHealth of) {
        lock.lock();
        try {
            long now = context.clock().nanos();
            ModelKey key = closed || idle.isEmpty() ? null : find(of);
            List<ExclusionCell> probes = key == null ? null : key.beginProbes(now);
            if (key == null || probes == null || probes.isEmpty()) {
                return null;
            }
            lastGrant = Math.max(lastGrant, now);
            key.granted(++uses, now);
            Instance instance = idle.bestFor(key);
            Lease lease = new Lease(this, instance, key, lastGrant, Demand.NOTHING, -1, probes);
            idle.remove(instance);
            return lease;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ModelKey find(KeyHealth of) {
        for (ModelKey key : keys) {
            if (key.health() == of) {
                return key;
            }
        }
        return null;
    }

    /**
     * The periodic check: passes over who has more than its share of the calls, and evens out which instances are bound to
     * which keys.
     */
    void check() {
        changed(() -> {
            long now = context.clock().nanos();
            for (TierKeys tier : tiers) {
                tier.judgeShares(context.healthSettings(), now);
            }
            bindings.evenOut(keys, idle, now);
        });
    }

    /** Takes the keys as they are now; leases go on with the keys that they have. */
    void keysChanged() {
        changed(() -> {
            long now = context.clock().nanos();
            Map<KeyHealth, ModelKey> before = new HashMap<>();
            keys.forEach(key -> before.put(key.health(), key));
            keys = context.keys().keys().stream()
                    .map(key -> before.containsKey(key) ? before.get(key) : modelKey(key))
                    .toList();
            idle.growTo(nextNumber);
            quotas.keysChanged(keys);
            tiers = tiersOf(keys);
            named = null;
            bindings.evenOut(keys, idle, now);
        });
    }

    void unused(Lease lease) {
        long now = context.clock().nanos();
        lease.probes().forEach(probe -> probe.endProbe(now));
        release(lease, false, false, 0, now);
    }

    private void release(Lease lease, boolean success, boolean sent, long elapsed, long now) {
        Settled settled = null;
        try {
            lock.lock();
            try {
                lease.key().released(success, elapsed);
                if (success) {
                    latency.add(elapsed);
                }
                if (!sent && ProjectQuotas.giveBack(lease)) {
                    tiers.forEach(TierKeys::restoreAll);
                } else if (sent && quotas.settle(lease, lease.counted())) {
                    tiers.forEach(tier -> tier.restore(lease.key()));
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
            bindings.inTurn(keys, idle);
            keys.forEach(ModelKey::reset);
            quotas.forget();
            tiers.forEach(TierKeys::restoreAll);
            latency.reset();
            outage.reset();
            uses = 0;
        });
    }

    /** Refuses all who wait and all who come. */
    public void close() {
        Settled settled = new Settled();
        lock.lock();
        try {
            closed = true;
            for (LeaseRequest wish : waiting.removeAll()) {
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
            return nextUsable(filter, 0, context.clock().nanos());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Where a request may go on that was refused for its size, and not for what was sent before it: to the projects that are
     * known to admit it.
     *
     * @param tokens of its prompt, as its size says
     * @return what it accepts from now on; null if it was refused for something else
     */
    public @Nullable KeyFilter afterRefusalForSize(Lease lease, long tokens, KeyFilter filter) {
        lock.lock();
        try {
            if (!quotas.isTooLargeFor(lease.exceeded(), tokens)) {
                return null;
            }
            KeyFilter further = filter;
            for (Scope scope : quotas.notKnownToAdmit(tokens, model)) {
                further = further.avoiding(scope);
            }
            return further;
        } finally {
            lock.unlock();
        }
    }

    /** The most tokens that a request may have which accepts the keys of a filter, as far as is known. */
    public int largestTokenLimit(KeyFilter filter) {
        lock.lock();
        try {
            return quotas.largestTokenLimit(filter);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a key that a filter accepts can be used now. */
    public boolean isUsable(KeyFilter filter) {
        lock.lock();
        try {
            return choose(filter, 0, context.clock().nanos()) != null;
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
        lock.lock();
        try {
            return keys.stream().anyMatch(key -> filter.accepts(key.health()));
        } finally {
            lock.unlock();
        }
    }

    /** The state of the instances and the queue now. */
    public ModelPoolState state() {
        lock.lock();
        try {
            long now = context.clock().nanos();
            List<ModelPoolState.InstanceState> states = new ArrayList<>(instances.length);
            for (Instance instance : instances) {
                states.add(new ModelPoolState.InstanceState(
                        instance.bound.keyName(), !instance.idle, instance.bound.exclusionByFailure(now) == null));
            }
            Map<String, Integer> inFlight = new LinkedHashMap<>();
            for (ModelKey key : keys) {
                if (key.inFlight() > 0) {
                    inFlight.put(key.keyName(), key.inFlight());
                }
            }
            return new ModelPoolState(model, states, inFlight, quotas.usage(now), waiting.size(), betweenAttempts);
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

        private @Nullable LeaseRequest first;
        private @Nullable List<LeaseRequest> more;

        void refuse(LeaseRequest wish, Refusal refusal) {
            if (wish.refuse(refusal)) {
                add(wish);
            }
        }

        void add(LeaseRequest wish) {
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

        private static void announce(LeaseRequest wish) {
            try {
                wish.announce();
            } catch (Throwable e) {
                log.error("A call could not be told that its wait is over; others are", e);
            }
        }
    }
}
