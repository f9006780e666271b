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
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A model pool for each model, made at the first call to it. Where callers invent models without end, those after the
 * first thousand share one.
 */
public final class ModelPools implements OtherPools {

    static final int LIMIT = 1_000;

    /** The model of the shared pool. */
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

    /** The pool of a model. */
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

    /** Calls without a model take no quota, and invented models have none in common. */
    private static boolean hasQuotas(String model) {
        return !model.equals(CallFacts.NO_MODEL) && !model.equals(OTHER_MODELS);
    }

    /** Takes an instance to probe a key; null if there is nothing to probe, another attempt does, or none is idle. */
    public @Nullable Lease probe(KeyHealth key) {
        return of(CallFacts.NO_MODEL).probe(key);
    }

    /** Whether a periodic check is still to come. */
    public boolean isCheckPending() {
        return rotation.isPending();
    }

    /** The pool of a model, if there is one. */
    public @Nullable ModelPool find(String model) {
        return pools.get(model);
    }

    /** All pools, by name. */
    public List<ModelPool> all() {
        return pools.values().stream()
                .sorted(Comparator.comparing(ModelPool::model))
                .toList();
    }

    /** Makes a model's pool as new, and lifts what is excluded for that model only. */
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
                || (scope instanceof Scope.Model own && own.model().equals(model));
    }

    /** Makes all pools as new, and lifts whatever attempts have excluded. */
    public void reset() {
        lift(exclusion -> exclusion.failure() != null);
        context.health().reset();
        pools.values().forEach(ModelPool::reset);
    }

    private void lift(java.util.function.Predicate<Exclusion> which) {
        Exclusions exclusions = context.selection().exclusions();
        for (Exclusion exclusion : exclusions.active(context.clock().nanos())) {
            if (which.test(exclusion)) {
                exclusions.lift(exclusion.scope());
            }
        }
    }

    /** The keys are others: each pool takes them as they are now. */
    public void keysChanged() {
        List<ModelPool> concerned;
        lock.lock();
        try {
            // A pool that is made later takes the new ones.
            concerned = List.copyOf(pools.values());
        } finally {
            lock.unlock();
        }
        tellIfRestored(context.health().anotherKey());
        concerned.forEach(ModelPool::keysChanged);
    }

    private void tellIfRestored(@Nullable Exclusion exclusion) {
        if (exclusion != null) {
            context.listeners().scopeRestored(new ScopeRestored(exclusion.scope()));
        }
    }

    /** A key may be used again, whatever was known of it. */
    public void keyEnabled() {
        tellIfRestored(context.health().anotherKey());
        check();
        lookAgain();
    }

    /** A call got no key. */
    public void refused(PoolExhaustedException exhausted) {
        if (context.decisions().isOn()) {
            String message = String.valueOf(exhausted.getMessage());
            context.decisions()
                    .add(new KeyDecision(
                            context.clock().now(), CleanText.of(exhausted.model()), null, message, exhausted.whyNot()));
        }
    }

    /** The periodic check: judges the keys, and the pools even out their bindings. */
    public void check() {
        List<KeyHealth> changed = context.health().check(context.clock().nanos());
        pools.values().forEach(ModelPool::check);
        changed.forEach(keyChanges::tell);
    }

    /** A shared scope changed: those who wait for other models are concerned too. */
    @Override
    public void lookAgain() {
        pools.values().forEach(ModelPool::lookAgain);
    }

    /** Refuses all who wait and all who come. */
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

    /** Waits until no instance is in use; the pools must be closed. */
    public boolean awaitIdle(long untilNanos) throws InterruptedException {
        Collection<ModelPool> all = pools.values();
        boolean idle = true;
        for (ModelPool pool : all) {
            idle &= pool.awaitIdle(untilNanos);
        }
        return idle;
    }

    /** How many scopes the table of exclusions knows. */
    public int knownScopes() {
        return context.selection().exclusions().size();
    }

    public PoolClock clock() {
        return context.clock();
    }
}
