package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.stats.AttemptStats;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Counts what happens, as a listener like any other. Its size is bounded by keys, instances and model pools. */
public final class Collector implements PoolListener {

    private static final class Counters {
        final LongAdder calls = new LongAdder();
        final LongAdder failedCalls = new LongAdder();
        final ConcurrentMap<String, ModelCounters> byModel = new ConcurrentHashMap<>();

        ModelCounters of(String model) {
            ModelCounters found = byModel.get(model);
            return found != null ? found : byModel.computeIfAbsent(model, name -> new ModelCounters());
        }

        AttemptTotals totals() {
            AttemptTotals totals = new AttemptTotals();
            byModel.values().forEach(model -> model.addTo(totals));
            return totals;
        }
    }

    private volatile Counters counters = new Counters();

    @Override
    public void attemptEnded(AttemptEnded event) {
        counters.of(event.model()).add(event);
    }

    @Override
    public void modelFellBack(ModelFellBack event) {
        counters.of(event.model()).fellBack();
    }

    @Override
    public void callEnded(CallEnded event) {
        Counters now = counters;
        now.calls.increment();
        if (event.outcome() != CallEnded.Outcome.SUCCESS) {
            now.failedCalls.increment();
        }
    }

    /** Forgets keys that are gone, if they are many. */
    public void retainKeys(Set<String> present) {
        counters.byModel.values().forEach(model -> model.retainKeys(present));
    }

    /** Forgets everything counted. */
    public void reset() {
        counters = new Counters();
    }

    public long calls() {
        return counters.calls.sum();
    }

    public long failedCalls() {
        return counters.failedCalls.sum();
    }

    public AttemptStats ofAll() {
        return counters.totals().stats();
    }

    public AttemptStats ofModel(String model) {
        return ofModel(model, ModelCounters::addTo);
    }

    /** How many calls to a model went on to a fallback. */
    public long fallbacksOf(String model) {
        ModelCounters counted = counters.byModel.get(model);
        return counted == null ? 0 : counted.fallbacks();
    }

    public AttemptStats ofInstance(String model, int instance) {
        return ofModel(model, (counted, totals) -> counted.addInstanceTo(totals, instance));
    }

    private AttemptStats ofModel(String model, BiConsumer<ModelCounters, AttemptTotals> part) {
        AttemptTotals totals = new AttemptTotals();
        ModelCounters counted = counters.byModel.get(model);
        if (counted != null) {
            part.accept(counted, totals);
        }
        return totals.stats();
    }

    public AttemptStats ofKey(String key) {
        return ofKeys(List.of(key));
    }

    public AttemptStats ofKeys(Collection<String> keys) {
        AttemptTotals totals = new AttemptTotals();
        for (ModelCounters model : counters.byModel.values()) {
            keys.forEach(key -> model.addKeyTo(totals, key));
        }
        return totals.stats();
    }

    /** Attempts to a model by key name. */
    public Map<String, Long> keyUsage(String model) {
        Map<String, Long> usage = new HashMap<>();
        ModelCounters counted = counters.byModel.get(model);
        if (counted != null) {
            counted.forEachKey(usage::put);
        }
        return usage;
    }
}
