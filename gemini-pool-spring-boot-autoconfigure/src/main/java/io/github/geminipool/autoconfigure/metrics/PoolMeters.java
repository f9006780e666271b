package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.ObjectProvider;

/** Tells each registry what happens in the pool, and shows it what is the case. */
final class PoolMeters implements PoolListener, MeterBinder {

    private final ObjectProvider<GeminiPool> pool;
    private final List<RegistryMeters> registries = new CopyOnWriteArrayList<>();

    PoolMeters(ObjectProvider<GeminiPool> pool) {
        this.pool = pool;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        pool.ifUnique(unique -> {
            RegistryMeters meters = new RegistryMeters(registry, unique);
            registries.add(meters);
            meters.refresh();
        });
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        for (RegistryMeters meters : registries) {
            meters.sees(event.model());
        }
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        for (RegistryMeters meters : registries) {
            meters.attemptEnded(event);
        }
    }

    @Override
    public void callEnded(CallEnded event) {
        for (RegistryMeters meters : registries) {
            meters.callEnded(event);
        }
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        for (RegistryMeters meters : registries) {
            meters.scopeExcluded(event);
        }
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        for (RegistryMeters meters : registries) {
            meters.instanceRotated(event);
        }
    }

    @Override
    public void keyChanged(KeyChanged event) {
        registries.forEach(RegistryMeters::refresh);
    }
}
