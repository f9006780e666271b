package io.github.geminipool.internal.pool;

import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyChanges;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.UnknownModels;
import io.github.geminipool.internal.time.PeriodicCheck;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.ServiceTier;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model pools, each created with the first call to its model. Models beyond the first thousand share one pool, so that made-up
 * model names do not exhaust memory. Thread-safe.
 */
public final class ModelPools {

    /** Maximum number of models with a pool of their own. */
    static final int LIMIT = 1_000;

    /** The name of the shared pool. */
    static final String OTHER_MODELS = "(other)";

    private final PoolContext context;
    private final ToIntFunction<String> sizeOf;
    private final ConcurrentMap<String, ModelPool> pools = new ConcurrentHashMap<>();

    /** The pools for calls of the flex tier. */
    private final ConcurrentMap<String, ModelPool> flexPools = new ConcurrentHashMap<>();

    private final KeyChanges keyChanges;
    private final PeriodicCheck rotation;
    private final ReentrantLock lock = new ReentrantLock();
    private final UnknownModels unknown = new UnknownModels();

    /** Pools of unknown models that may still have calls. */
    private final Queue<ModelPool> leaving = new ConcurrentLinkedQueue<>();

    /** Number of models with quotas so far; guarded by the lock. */
    private int numbered;

    private boolean closed;

    public ModelPools(PoolContext context, ToIntFunction<String> sizeOf, Duration checkInterval) {
        this.context = context;
        this.sizeOf = sizeOf;
        this.keyChanges = new KeyChanges(context.listeners(), context.clock());
        this.rotation = new PeriodicCheck(this::check, context.clock(), context.scheduler(), checkInterval);
    }

    /** Returns the pool of a model, creating it if necessary. */
    public ModelPool of(String model) {
        ModelPool pool = pools.get(model);
        return pool != null ? pool : make(model);
    }

    /**
     * Returns the pool for a model's calls of a service tier, creating it if necessary. Calls of the flex tier take minutes, or
     * wait for capacity that others need not wait for, so they have a pool of their own. Both pools use the same keys and quotas.
     */
    public ModelPool of(String model, ServiceTier tier) {
        if (tier != ServiceTier.FLEX) {
            return of(model);
        }
        ModelPool pool = flexPools.get(model);
        return pool != null ? pool : makeFlex(of(model));
    }

    private ModelPool makeFlex(ModelPool standard) {
        String model = standard.model();
        context.selection().ledgers().share(model);
        // Before the other pool has ledgers, since what was sent so far must count for both.
        standard.keysChanged();
        lock.lock();
        try {
            int size = sizeOf.applyAsInt(model);
            ModelPool pool = flexPools.computeIfAbsent(
                    model, name -> new ModelPool(name, size, size, 0, hasQuotas(name), context, this::lookAgain));
            if (closed) {
                pool.close();
            }
            return pool;
        } finally {
            lock.unlock();
        }
    }

    private ModelPool make(String model) {
        lock.lock();
        try {
            boolean hasOwn = pools.containsKey(model) || (pools.size() < LIMIT && !unknown.isRetired(model));
            ModelPool pool = pools.computeIfAbsent(hasOwn ? model : OTHER_MODELS, this::newPool);
            if (closed) {
                pool.close();
            } else {
                rotation.begin();
            }
            return pool;
        } finally {
            lock.unlock();
        }
    }

    private ModelPool newPool(String model) {
        boolean hasQuotas = hasQuotas(model);
        ModelPool pool = new ModelPool(
                model, 0, sizeOf.applyAsInt(model), hasQuotas ? numbered++ : 0, hasQuotas, context, this::lookAgain);
        context.selection().exclusions().adoptedUses(model).forEach(pool::heed);
        return pool;
    }

    /** Makes a model's pool respect an exclusion of a project for one use of the model. */
    public void heed(Scope.ProjectModel scope) {
        Stream.of(pools.get(scope.model()), flexPools.get(scope.model()))
                .filter(Objects::nonNull)
                .forEach(pool -> pool.heed(scope));
    }

    /**
     * Records that there is no such model. A few such names keep their pools; the others share one, so that made-up names don't
     * take the place of real models.
     */
    public void unknown(String model) {
        if (!pools.containsKey(model) || model.equals(OTHER_MODELS) || hasAnswered(model)) {
            return;
        }
        lock.lock();
        try {
            String retired = unknown.add(model);
            if (retired != null && !hasAnswered(retired)) {
                leaving.removeIf(ModelPool::isIdle);
                leaves(pools.remove(retired));
                leaves(flexPools.remove(retired));
                context.selection().forget(retired);
            }
        } finally {
            lock.unlock();
        }
    }

    private void leaves(@Nullable ModelPool pool) {
        if (pool != null) {
            leaving.add(pool);
        }
    }

    private boolean hasAnswered(String model) {
        return Stream.of(pools.get(model), flexPools.get(model))
                .filter(Objects::nonNull)
                .anyMatch(ModelPool::hasAnswered);
    }

    /** Returns the pools with calls: also those of names that share one by now. */
    private Stream<ModelPool> existing() {
        return Stream.of(pools.values(), flexPools.values(), leaving).flatMap(Collection::stream);
    }

    /** Calls without a model take no quota, and the models in the shared pool have no quota in common. */
    private static boolean hasQuotas(String model) {
        return !model.equals(CallFacts.NO_MODEL) && !model.equals(OTHER_MODELS);
    }

    /** Leases an instance to probe a key; null if nothing needs a probe, one is running, or no instance is idle. */
    public @Nullable Lease probe(KeyHealth key) {
        return of(CallFacts.NO_MODEL).probe(key);
    }

    /** Returns whether another periodic check is scheduled. */
    public boolean isCheckPending() {
        return rotation.isPending();
    }

    /** Returns the pool of a model; null if there has been no call to it. */
    public @Nullable ModelPool find(String model) {
        return pools.get(model);
    }

    /** Returns all pools in order of their models' names; if a model has two, that of the flex tier comes second. */
    public List<ModelPool> all() {
        return Stream.concat(pools.values().stream(), flexPools.values().stream())
                .sorted(Comparator.comparing(ModelPool::model))
                .toList();
    }

    /** Resets one model's pool and lifts the exclusions of that model only; returns false if there is no such pool. */
    public boolean reset(String model) {
        ModelPool pool = pools.get(model);
        if (pool == null) {
            return false;
        }
        lift(exclusion -> isOf(model, exclusion.scope()));
        pool.reset();
        ModelPool flex = flexPools.get(model);
        if (flex != null) {
            flex.reset();
        }
        return true;
    }

    private static boolean isOf(String model, Scope scope) {
        return (scope instanceof Scope.ProjectModel projectModel
                        && projectModel.model().equals(model))
                || (scope instanceof Scope.Model ofModel && ofModel.model().equals(model));
    }

    /** Resets all pools and lifts every exclusion that an attempt caused. */
    public void reset() {
        lift(exclusion -> exclusion.failure() != null);
        context.health().reset();
        all().forEach(ModelPool::reset);
    }

    private void lift(Predicate<Exclusion> which) {
        Exclusions exclusions = context.selection().exclusions();
        for (Exclusion exclusion : exclusions.active(context.clock().nanos())) {
            if (which.test(exclusion)) {
                exclusions.lift(exclusion.scope());
            }
        }
    }

    /** Makes the pools of a model refresh their keys and ledgers. */
    public void keysChanged(String model) {
        Stream.of(pools.get(model), flexPools.get(model))
                .filter(Objects::nonNull)
                .forEach(ModelPool::keysChanged);
    }

    /** Makes every pool adopt the current keys. */
    public void keysChanged() {
        List<ModelPool> existing;
        lock.lock();
        try {
            // A pool created from now on starts with the new keys.
            existing = existing().toList();
        } finally {
            lock.unlock();
        }
        tellIfRestored(context.health().anotherKey());
        existing.forEach(ModelPool::keysChanged);
    }

    private void tellIfRestored(@Nullable Exclusion exclusion) {
        if (exclusion != null) {
            context.listeners().scopeRestored(new ScopeRestored(exclusion.scope()));
        }
    }

    /** Reacts to an operator's decision that a key may be used again. */
    public void keyEnabled() {
        tellIfRestored(context.health().anotherKey());
        check();
        lookAgain();
    }

    /** Records that a call got no key. */
    public void refused(PoolExhaustedException exhausted) {
        if (context.decisions().isOn()) {
            String message = String.valueOf(exhausted.getMessage());
            context.decisions()
                    .add(new KeyDecision(
                            context.clock().now(), CleanText.of(exhausted.model()), null, message, exhausted.whyNot()));
        }
    }

    /** Runs the periodic check: judges the keys and evens out the bindings of all pools. */
    public void check() {
        List<KeyHealth> changed = context.health().check(context.clock().nanos());
        all().forEach(ModelPool::check);
        changed.forEach(keyChanges::tell);
    }

    /** Reports what was sent, because the shared books of a bucket were lost. */
    public void booksLost(QuotaBucket bucket) {
        existing().forEach(pool -> pool.changeBooks(traffic -> traffic.lost(bucket)));
    }

    /** Finds out whether any shared books were lost. */
    public void verifyBooks() {
        existing().forEach(pool -> pool.changeBooks(SlotTraffic::verify));
    }

    /** Looks again at the waiting requests of all models, after a change of a scope that models share. */
    public void lookAgain() {
        existing().forEach(ModelPool::lookAgain);
    }

    /** Refuses all waiting requests and all later ones. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        rotation.close();
        existing().forEach(ModelPool::close);
    }

    /** Waits until no instance is in use; returns false at the time limit. The pools must be closed. */
    public boolean awaitIdle(long untilNanos) throws InterruptedException {
        boolean idle = true;
        for (ModelPool pool : existing().toList()) {
            idle &= pool.awaitIdle(untilNanos);
        }
        return idle;
    }

    /** Returns the number of scopes in the table of exclusions. */
    public int knownScopes() {
        return context.selection().exclusions().size();
    }

    public PoolClock clock() {
        return context.clock();
    }
}
