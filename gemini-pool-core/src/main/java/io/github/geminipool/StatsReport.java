package io.github.geminipool;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.pool.KeyFilter;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPoolState;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.stats.InstanceStats;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelExclusion;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.PoolStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts what was counted beside what is the case now. */
record StatsReport(ModelPools pools, KeyRing keys, Collector collector, PoolClock clock) {

    PoolStats pool() {
        return new PoolStats(
                collector.calls(),
                collector.failedCalls(),
                collector.attempts(),
                pools.all().stream().map(this::model).toList());
    }

    private ModelStats model(ModelPool pool) {
        ModelPoolState state = pool.state();
        List<InstanceStats> instances = new ArrayList<>(state.instances().size());
        int errorInstances = 0;
        for (int i = 0; i < state.instances().size(); i++) {
            ModelPoolState.InstanceState instance = state.instances().get(i);
            Collector.Counted served = collector.ofInstance(state.model(), i);
            instances.add(new InstanceStats(
                    i,
                    instance.key(),
                    instance.active(),
                    instance.usable(),
                    served.attempts(),
                    served.failures(),
                    served.meanTime()));
            errorInstances += instance.usable() ? 0 : 1;
        }
        Collector.Counted counted = collector.ofModel(state.model());
        return new ModelStats(
                state.model(),
                instances.size(),
                state.active(),
                errorInstances,
                state.waiting(),
                counted.attempts(),
                collector.fallbacksOf(state.model()),
                collector.keyUsage(state.model()),
                counted.emptyAnswers(),
                state.quotas(),
                instances);
    }

    KeyStats keyStats() {
        Map<String, Integer> inFlight = new HashMap<>();
        pools.all()
                .forEach(pool ->
                        pool.state().inFlight().forEach((key, count) -> inFlight.merge(key, count, Integer::sum)));
        Map<String, List<ModelExclusion>> ofModels = modelExclusions();
        long now = clock.nanos();
        return new KeyStats(keys.keys().stream()
                .map(key -> key(
                        key, inFlight.getOrDefault(key.name(), 0), ofModels.getOrDefault(key.name(), List.of()), now))
                .toList());
    }

    private Map<String, List<ModelExclusion>> modelExclusions() {
        Map<String, List<ModelExclusion>> byKey = new HashMap<>();
        for (ModelPool pool : pools.all()) {
            pool.exclusions(KeyFilter.ANY, Integer.MAX_VALUE).forEach((key, exclusion) -> {
                if (exclusion.scope() instanceof Scope.ProjectModel || exclusion.scope() instanceof Scope.Model) {
                    byKey.computeIfAbsent(key, k -> new ArrayList<>())
                            .add(new ModelExclusion(pool.model(), until(exclusion), exclusion.reason()));
                }
            });
        }
        return byKey;
    }

    private KeyUsage key(KeyHealth key, int inFlight, List<ModelExclusion> ofModels, long now) {
        Collector.Counted counted = collector.ofKey(key.name());
        Exclusion exclusion = key.exclusion(now);
        return new KeyUsage(
                key.name(),
                key.project().name(),
                state(key.state(now)),
                exclusion == null,
                exclusion == null ? null : until(exclusion),
                exclusion == null ? null : exclusion.reason(),
                ofModels,
                inFlight,
                counted.attempts(),
                counted.failures(),
                counted.emptyAnswers(),
                key.errorRate(now),
                counted.meanTime());
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
        return state instanceof KeyState.Disabled ? KeyUsage.State.DISABLED : KeyUsage.State.HEALTHY;
    }

    private @Nullable Instant until(Exclusion exclusion) {
        return exclusion.isLasting() ? null : clock.instantAt(exclusion.untilNanos());
    }
}
