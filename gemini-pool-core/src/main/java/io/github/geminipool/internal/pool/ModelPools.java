package io.github.geminipool.internal.pool;

import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The model pools, each created with the first call to its model. Models beyond the first thousand share one pool, so that
 * callers with ever new model names do not exhaust the memory. Thread-safe.
 */
public final class ModelPools implements OtherPools {

    /** Maximum number of models with a pool of their own. */
    static final int LIMIT = 1_000;

    /** The name of the shared pool. */
    static final String OTHER_MODELS = "(other)";

    private final PoolContext context;
    private final ToIntFunction<String> sizeOf;
    private final ConcurrentMap<String, ModelPool> pools = new ConcurrentHashMap<>();
    private final KeyChanges keyChanges;
    private final Rotation rotation;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    public ModelPools(PoolContext context, ToIntFunction<String> sizeOf, Duration checkInterval) {
        this.context = context;
        this.sizeOf = sizeOf;
        this.keyChanges = new KeyChanges(context.listeners(), context.clock());
        this.rotation = new Rotation(this::check, context.clock(), context.scheduler(), checkInterval);
    }

    /** Returns the pool of a model, creating it if necessary. */
    public ModelPool of(String model) {
        ModelPool pool = pools.get(model);
        return pool != null ? pool : make(model);
    }

    private ModelPool make(String model) {
        lock.lock();
        try {
            String name = pools.size() < LIMIT || pools.containsKey(model) ? model : OTHER_MODELS;
            ModelPool pool = pools.computeIfAbsent(
                    name,
                    newModel ->
                            new ModelPool(newModel, sizeOf.applyAsInt(newModel), hasQuotas(newModel), context, this));
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

    /** Calls without a model take no quota, and the models of the shared pool have no common quota. */
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

    /** Returns all pools in order of their models' names. */
    public List<ModelPool> all() {
        return pools.values().stream()
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
        pools.values().forEach(ModelPool::reset);
    }

    private void lift(Predicate<Exclusion> which) {
        Exclusions exclusions = context.selection().exclusions();
        for (Exclusion exclusion : exclusions.active(context.clock().nanos())) {
            if (which.test(exclusion)) {
                exclusions.lift(exclusion.scope());
            }
        }
    }

    /** Makes every pool take over the current keys. */
    public void keysChanged() {
        List<ModelPool> existing;
        lock.lock();
        try {
            // A pool created later starts with the new keys.
            existing = List.copyOf(pools.values());
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
        pools.values().forEach(ModelPool::check);
        changed.forEach(keyChanges::tell);
    }

    /** Looks again at the waiting requests of all models, after a change of a scope that models share. */
    @Override
    public void lookAgain() {
        pools.values().forEach(ModelPool::lookAgain);
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
        pools.values().forEach(ModelPool::close);
    }

    /** Waits until no instance is in use; returns false at the time limit. The pools must be closed. */
    public boolean awaitIdle(long untilNanos) throws InterruptedException {
        Collection<ModelPool> all = pools.values();
        boolean idle = true;
        for (ModelPool pool : all) {
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
