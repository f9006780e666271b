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
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records one pool's events in each meter registry. Thread-safe. */
final class MetersOfPool implements PoolListener {

    private final List<RegistryMeters> registries = new CopyOnWriteArrayList<>();

    /**
     * Records in another registry, too, from now on.
     *
     * @param common tags of all meters
     */
    void bind(MeterRegistry registry, GeminiPool pool, Tags common) {
        RegistryMeters meters = new RegistryMeters(registry, pool, common);
        registries.add(meters);
        meters.refresh();
        CallerMeters.bindTo(registry, pool, common);
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        registries.forEach(meters -> meters.modelCalled(event.model()));
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        registries.forEach(meters -> meters.attemptEnded(event));
    }

    @Override
    public void callEnded(CallEnded event) {
        registries.forEach(meters -> meters.callEnded(event));
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        registries.forEach(meters -> meters.scopeExcluded(event));
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        registries.forEach(meters -> meters.instanceRotated(event));
    }

    @Override
    public void keyChanged(KeyChanged event) {
        registries.forEach(RegistryMeters::refresh);
    }
}
