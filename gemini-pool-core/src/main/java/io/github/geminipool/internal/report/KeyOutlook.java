package io.github.geminipool.internal.report;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.stats.ModelUse;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys can serve a call now: the one definition for health, endpoint, dashboard, meters and alerts. Everything that keeps a
 * key from being used counts, except quotas per minute, which calls wait for. Thread-safe.
 *
 * <p>What is half-open does not count as usable. The pool itself probes rejected keys and projects; for anything else only a call
 * can find out whether it works. If none does for a while, it counts as usable again: else an application that is taken out of its
 * load balancer would never be used again.
 */
public final class KeyOutlook {

    /** For how long something half-open that only calls can probe is not usable. */
    private static final long UNTRIED_NANOS = Duration.ofSeconds(30).toNanos();

    private static final int MOST_REMEMBERED = 1_000;

    private final ModelPools pools;
    private final KeyRing keys;
    private final Exclusions exclusions;
    private final ModelUse use;
    private final PoolClock clock;
    /** A key that could serve calls to a model when they were last looked at: while it can, none of the others matters. */
    private final ConcurrentMap<String, KeyHealth> usable = new ConcurrentHashMap<>();

    public KeyOutlook(ModelPools pools, KeyRing keys, Exclusions exclusions, ModelUse use, PoolClock clock) {
        this.pools = pools;
        this.keys = keys;
        this.exclusions = exclusions;
        this.use = use;
        this.clock = clock;
    }

    /**
     * What keeps keys from serving calls to one model.
     *
     * @param inUse whether it was called in the last ten minutes, or all keys lack quota of the day for it
     * @param obstacles why keys can't, by key name; those that can are absent
     */
    record ModelState(String model, boolean inUse, Map<String, Obstacle> obstacles) {}

    /** Returns the models that were called, each once. */
    private List<ModelPool> models() {
        List<ModelPool> models = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ModelPool pool : pools.all()) {
            if (!pool.isShared() && !pool.model().equals(CallFacts.NO_MODEL) && seen.add(pool.model())) {
                models.add(pool);
            }
        }
        return models;
    }

    List<ModelState> states() {
        return models().stream().map(this::state).toList();
    }

    /** Returns the names of the keys that can't serve a call to a model. */
    Set<String> unusableFor(String model) {
        return models().stream()
                .filter(pool -> pool.model().equals(model))
                .findFirst()
                .map(pool -> state(pool).obstacles().keySet())
                .orElse(Set.of());
    }

    /** Returns why a key can't serve a call to any model; null if nothing that concerns all models keeps it. */
    @Nullable
    Obstacle ofKey(KeyHealth key) {
        long now = clock.nanos();
        Obstacle own = ownOf(key, now);
        return own != null ? own : obstacle(exclusions.cell(new Scope.Egress()), now);
    }

    private @Nullable Obstacle ownOf(KeyHealth key, long now) {
        return Obstacle.longer(
                Obstacle.longer(obstacle(key.ownCell(), now), obstacle(key.projectCell(), now)),
                obstacle(key.billingCell(), now));
    }

    private ModelState state(ModelPool pool) {
        long now = clock.nanos();
        Obstacle ofAll = Obstacle.longer(
                obstacle(exclusions.cell(new Scope.Egress()), now),
                obstacle(exclusions.cell(new Scope.Model(pool.model())), now));
        Map<String, Obstacle> obstacles = obstaclesOf(pool, now);
        if (ofAll != null) {
            for (KeyHealth key : keys.keys()) {
                obstacles.putIfAbsent(key.name(), ofAll);
            }
        }
        boolean inUse = use.isInUse(pool.model()) || isOutForTheDay(obstacles);
        return new ModelState(pool.model(), inUse, obstacles);
    }

    /** Returns whether no key has quota of the day left. Such a model stays in use: nothing calls an application that is not ready. */
    private boolean isOutForTheDay(Map<String, Obstacle> obstacles) {
        for (KeyHealth key : keys.keys()) {
            Obstacle obstacle = obstacles.get(key.name());
            if (obstacle == null || obstacle.isHalfOpen() || !isOfDay(obstacle.exclusion())) {
                return false;
            }
        }
        return !obstacles.isEmpty();
    }

    /** Returns what keeps keys from a model, apart from outages of the model or the network address. */
    private Map<String, Obstacle> obstaclesOf(ModelPool pool, long now) {
        Map<String, Obstacle> obstacles = new LinkedHashMap<>();
        for (KeyHealth key : keys.keys()) {
            Obstacle own = ofKeyAndModel(key, pool.model(), now);
            if (own != null) {
                obstacles.put(key.name(), own);
            }
        }
        if (obstacles.size() < keys.keys().size()) {
            // Quotas per day that the pool counts itself.
            pool.exclusions(KeyFilter.ANY, Integer.MAX_VALUE).forEach((key, exclusion) -> {
                if (isOfDay(exclusion)) {
                    obstacles.putIfAbsent(key, new Obstacle(exclusion, false));
                }
            });
        }
        return obstacles;
    }

    private @Nullable Obstacle ofKeyAndModel(KeyHealth key, String model, long now) {
        Obstacle ofModel =
                obstacle(exclusions.cell(new Scope.ProjectModel(key.project().name(), model)), now);
        return Obstacle.longer(ownOf(key, now), ofModel);
    }

    /** Returns why no key of its own accord can serve calls to a model in use; null if one can, or if there was no call to it. */
    @Nullable
    Lack lackOf(String model) {
        long now = clock.nanos();
        ModelPool pool = use.isInUse(model) ? pools.find(model) : null;
        if (pool == null || pool.isShared() || model.equals(CallFacts.NO_MODEL)) {
            return null;
        }
        KeyHealth known = usable.get(model);
        if (known != null && canServe(known, pool, now)) {
            return null;
        }
        Map<String, Obstacle> obstacles = obstaclesOf(pool, now);
        List<KeyHealth> all = keys.keys();
        for (KeyHealth key : all) {
            if (!obstacles.containsKey(key.name())) {
                remember(model, key);
                return null;
            }
        }
        return obstacles.isEmpty() ? null : Lack.of(obstacles.values(), all.size());
    }

    private boolean canServe(KeyHealth key, ModelPool pool, long now) {
        if (!pool.has(key) || ofKeyAndModel(key, pool.model(), now) != null) {
            return false;
        }
        Exclusion ofPool = pool.exclusionOf(key);
        return ofPool == null || !isOfDay(ofPool);
    }

    private void remember(String model, KeyHealth key) {
        if (usable.size() >= MOST_REMEMBERED) {
            // Most of them are names that are no models.
            usable.clear();
        }
        usable.put(model, key);
    }

    /** Returns a number that grows when something keeps a key, or no longer does. */
    long changes() {
        return exclusions.exclusionVersion().current()
                + exclusions.releaseVersion().current();
    }

    private static boolean isOfDay(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        return failure != null && failure.kind() == FailureKind.DAILY_QUOTA_EXHAUSTED;
    }

    private static @Nullable Obstacle obstacle(ExclusionCell cell, long now) {
        Exclusion inForce = cell.at(now);
        Exclusion exclusion = inForce != null ? inForce : cell.halfOpen(now);
        if (exclusion == null || isOfMinute(exclusion)) {
            return null;
        }
        if (inForce == null && !isProbedByPool(exclusion) && now - exclusion.untilNanos() > UNTRIED_NANOS) {
            return null;
        }
        return new Obstacle(exclusion, inForce == null);
    }

    private static boolean isOfMinute(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        return failure != null && failure.kind() == FailureKind.RATE_LIMITED;
    }

    private static boolean isProbedByPool(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        boolean ofKey = exclusion.scope() instanceof Scope.Key || exclusion.scope() instanceof Scope.Project;
        return ofKey && failure != null && failure.kind().isFaultOfKey();
    }
}
