package io.github.geminipool.internal.report;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.stats.KeyTimes;
import io.github.geminipool.internal.stats.ModelAttempts;
import io.github.geminipool.internal.stats.PoolAttempts;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Project;
import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.InstanceStats;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelExclusion;
import io.github.geminipool.stats.ModelOutlook;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.stats.ProjectUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Combines the counted attempts with the current state of keys and model pools. Thread-safe. */
public record StatsReport(
        ModelPools pools,
        KeyRing keys,
        KeyOutlook outlook,
        Collector collector,
        KeyTimes times,
        Callers callers,
        PoolClock clock) {

    public PoolStats pool() {
        PoolAttempts attempts = collector.read();
        List<ModelStats> models = new ArrayList<>();
        Map<String, Set<String>> unusable = new HashMap<>();
        outlook.states()
                .forEach(state -> unusable.put(state.model(), state.obstacles().keySet()));
        states().forEach((model, state) ->
                models.add(model(state, unusable.getOrDefault(model, Set.of()), attempts.ofModel(model))));
        return new PoolStats(attempts.calls(), attempts.failedCalls(), attempts.total(), models, callers.stats());
    }

    public Optional<ModelStats> model(String name) {
        return pools.all().stream()
                .filter(pool -> pool.model().equals(name))
                .map(ModelPool::state)
                .reduce(ModelPoolState::and)
                .map(state -> model(state, outlook.unusableFor(name), collector.readModel(name)));
    }

    /** Returns the states of all models in order of their names; the instances of the flex tier come last. */
    private Map<String, ModelPoolState> states() {
        Map<String, ModelPoolState> states = new LinkedHashMap<>();
        pools.all().forEach(pool -> states.merge(pool.model(), pool.state(), ModelPoolState::and));
        return states;
    }

    private static ModelStats model(ModelPoolState state, Set<String> unusableKeys, ModelAttempts attempts) {
        List<InstanceStats> instances = new ArrayList<>(state.instances().size());
        int active = 0;
        int unusable = 0;
        for (ModelPoolState.InstanceState instance : state.instances()) {
            int index = instances.size();
            boolean usable = instance.usable() && !unusableKeys.contains(instance.key());
            instances.add(
                    new InstanceStats(index, instance.key(), instance.active(), usable, attempts.ofInstance(index)));
            active += instance.active() ? 1 : 0;
            unusable += usable ? 0 : 1;
        }
        return new ModelStats(
                state.model(),
                instances.size(),
                active,
                unusable,
                state.waiting(),
                attempts.total(),
                attempts.fallbacks(),
                attempts.byKey(),
                state.quotas(),
                instances);
    }

    public KeyStats keyStats() {
        Map<String, Integer> inFlight = new HashMap<>();
        pools.all()
                .forEach(pool ->
                        pool.state().inFlight().forEach((key, count) -> inFlight.merge(key, count, Integer::sum)));
        Map<String, List<ModelExclusion>> ofModels = modelExclusions();
        Map<String, AttemptStats> attempts = new HashMap<>();
        keys.keys().forEach(key -> attempts.put(key.name(), collector.ofKey(key.name())));
        long all = attempts.values().stream().mapToLong(AttemptStats::total).sum();
        long now = clock.nanos();
        List<KeyOutlook.ModelState> models = outlook.states();
        List<KeyUsage> usages = new ArrayList<>();
        for (KeyHealth key : keys.keys()) {
            AttemptStats own = attempts.getOrDefault(key.name(), AttemptStats.NONE);
            int held = inFlight.getOrDefault(key.name(), 0);
            usages.add(key(key, held, ofModels.getOrDefault(key.name(), List.of()), own, all, models, now));
        }
        return new KeyStats(
                usages,
                projects(usages, all),
                models.stream().map(model -> outlook(model, usages.size())).toList());
    }

    private List<ProjectUsage> projects(List<KeyUsage> usages, long all) {
        Map<String, Project> byName = new LinkedHashMap<>();
        keys.keys().forEach(key -> byName.putIfAbsent(key.project().name(), key.project()));
        return byName.values().stream()
                .map(project -> project(
                        project,
                        usages.stream()
                                .filter(usage -> usage.project().equals(project.name()))
                                .toList(),
                        all))
                .toList();
    }

    private ProjectUsage project(Project project, List<KeyUsage> its, long all) {
        List<String> names = its.stream().map(KeyUsage::key).toList();
        AttemptStats attempts = its.size() == 1 ? its.get(0).attempts() : collector.ofKeys(names);
        return new ProjectUsage(
                project.name(),
                project.billingAccount(),
                project.tier(),
                names,
                its.stream().anyMatch(KeyUsage::usable),
                its.stream().mapToInt(KeyUsage::inFlight).sum(),
                attempts,
                share(attempts, all));
    }

    private static double share(AttemptStats of, long all) {
        return all == 0 ? 0 : Math.min(1, (double) of.total() / all);
    }

    private Map<String, List<ModelExclusion>> modelExclusions() {
        Map<String, List<ModelExclusion>> byKey = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (ModelPool pool : pools.all()) {
            if (!seen.add(pool.model())) {
                continue;
            }
            pool.exclusions(KeyFilter.ANY, Integer.MAX_VALUE).forEach((key, exclusion) -> {
                if (exclusion.scope() instanceof Scope.ProjectModel || exclusion.scope() instanceof Scope.Model) {
                    byKey.computeIfAbsent(key, k -> new ArrayList<>())
                            .add(new ModelExclusion(pool.model(), until(exclusion), exclusion.reason()));
                }
            });
        }
        return byKey;
    }

    private ModelOutlook outlook(KeyOutlook.ModelState state, int all) {
        Map<String, Obstacle> obstacles = state.obstacles();
        if (obstacles.size() < all) {
            return new ModelOutlook(state.model(), state.inUse(), all - obstacles.size(), null, null, null);
        }
        Lack lack = Lack.of(obstacles.values(), all);
        Obstacle main = lack.main();
        return new ModelOutlook(
                state.model(),
                state.inUse(),
                0,
                lack.endNanos() == PoolClock.NEVER ? null : clock.instantAt(lack.endNanos()),
                main == null ? null : kind(main),
                main == null ? "there is no key" : main.reason());
    }

    private static @Nullable FailureKind kind(Obstacle obstacle) {
        Failure failure = obstacle.exclusion().failure();
        return failure == null ? null : failure.kind();
    }

    /** Returns why a key can't serve a call: because of all models, or of each model in use; null if it can. */
    private @Nullable Obstacle obstacle(KeyHealth key, List<KeyOutlook.ModelState> models) {
        Obstacle ofAll = outlook.ofKey(key);
        if (ofAll != null) {
            return ofAll;
        }
        Obstacle shortest = null;
        for (KeyOutlook.ModelState model : models) {
            Obstacle obstacle = model.obstacles().get(key.name());
            if (model.inUse() && obstacle == null) {
                return null;
            }
            boolean first = shortest == null || (obstacle != null && obstacle.endNanos() < shortest.endNanos());
            if (model.inUse() && first) {
                shortest = obstacle;
            }
        }
        return shortest;
    }

    private KeyUsage key(
            KeyHealth key,
            int inFlight,
            List<ModelExclusion> ofModels,
            AttemptStats attempts,
            long all,
            List<KeyOutlook.ModelState> models,
            long now) {
        KeyState state = key.state(now);
        Exclusion exclusion = exclusion(state);
        Obstacle obstacle = obstacle(key, models);
        Project project = key.project();
        return new KeyUsage(
                key.name(),
                project.name(),
                state(state),
                times.since(
                        exclusion == null ? null : exclusion.scope(),
                        key.name(),
                        project.name(),
                        project.billingAccount()),
                obstacle == null,
                obstacle == null ? null : obstacle.end(clock),
                obstacle == null ? null : kind(obstacle),
                obstacle == null ? reason(state) : obstacle.reason(),
                ofModels,
                inFlight,
                attempts,
                share(attempts, all),
                key.errorRate(now));
    }

    private static @Nullable Exclusion exclusion(KeyState state) {
        if (state instanceof KeyState.Quarantined quarantined) {
            return quarantined.exclusion();
        }
        return state instanceof KeyState.HalfOpen halfOpen ? halfOpen.exclusion() : null;
    }

    private static @Nullable String reason(KeyState state) {
        if (state instanceof KeyState.Degraded degraded) {
            return degraded.reason();
        }
        return state instanceof KeyState.Probation probation
                ? "works again after an exclusion: " + probation.succeeded() + " of " + KeyState.CALLS_OF_PROBATION
                        + " calls have succeeded"
                : null;
    }

    private static KeyUsage.State state(KeyState state) {
        if (state instanceof KeyState.Degraded) {
            return KeyUsage.State.DEGRADED;
        }
        if (state instanceof KeyState.Probation) {
            return KeyUsage.State.PROBATION;
        }
        if (state instanceof KeyState.Quarantined) {
            return KeyUsage.State.QUARANTINED;
        }
        if (state instanceof KeyState.HalfOpen) {
            return KeyUsage.State.HALF_OPEN;
        }
        return state instanceof KeyState.Disabled ? KeyUsage.State.DISABLED : KeyUsage.State.HEALTHY;
    }

    private @Nullable Instant until(Exclusion exclusion) {
        return exclusion.isLasting() ? null : clock.instantAt(exclusion.untilNanos());
    }
}
