package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPools;
import io.github.geminipool.autoconfigure.PoolListenerFactory;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records the events of all pools. If there are several, their meters have the tag {@code pool}; those of a single pool do not. The
 * factory itself listens to a pool that the application builds.
 */
final class PoolMeters implements PoolListenerFactory, MeterBinder {

    private final GeminiPools pools;
    private final MetersOfPool ofApplications = new MetersOfPool();
    private final Map<String, MetersOfPool> ofConfigured = new ConcurrentHashMap<>();

    PoolMeters(GeminiPools pools) {
        this.pools = pools;
    }

    @Override
    public PoolListener listener(String pool) {
        return ofConfigured.computeIfAbsent(pool, name -> new MetersOfPool());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Map<String, GeminiPool> all = new LinkedHashMap<>(pools.all());
        GeminiPool first = pools.first();
        // The events of several pools that the application builds can't be told apart.
        all.entrySet().removeIf(entry -> entry.getValue() != first && !ofConfigured.containsKey(entry.getKey()));
        all.forEach((name, pool) -> ofConfigured
                .getOrDefault(name, ofApplications)
                .bind(registry, pool, all.size() > 1 ? Tags.of("pool", name) : Tags.empty()));
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        ofApplications.attemptStarted(event);
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        ofApplications.attemptEnded(event);
    }

    @Override
    public void callEnded(CallEnded event) {
        ofApplications.callEnded(event);
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        ofApplications.scopeExcluded(event);
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        ofApplications.instanceRotated(event);
    }

    @Override
    public void keyChanged(KeyChanged event) {
        ofApplications.keyChanged(event);
    }
}
