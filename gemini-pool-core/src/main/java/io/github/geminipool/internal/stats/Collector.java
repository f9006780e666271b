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

/** Counts calls and attempts. Its size is bounded by the numbers of keys, instances and model pools. Thread-safe. */
public final class Collector implements PoolListener {

    private static final class Counters {
        final LongAdder calls = new LongAdder();
        final LongAdder failedCalls = new LongAdder();
        final ConcurrentMap<String, ModelCounters> byModel = new ConcurrentHashMap<>();

        ModelCounters of(String model) {
            ModelCounters found = byModel.get(model);
            return found != null ? found : byModel.computeIfAbsent(model, name -> new ModelCounters());
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

    /** Forgets removed keys if there are many of them. */
    public void retainKeys(Set<String> present) {
        counters.byModel.values().forEach(model -> model.retainKeys(present));
    }

    /** Sets all counts to 0. */
    public void reset() {
        counters = new Counters();
    }

    /** Reads all counts except those by key. Calls may end meanwhile, so that sums can differ slightly. */
    public PoolAttempts read() {
        Counters now = counters;
        AttemptTotals all = new AttemptTotals();
        AttemptTotals ofModel = new AttemptTotals();
        Map<String, ModelAttempts> byModel = new HashMap<>();
        now.byModel.forEach((model, counted) -> {
            ofModel.clear();
            byModel.put(model, counted.read(ofModel));
            all.add(ofModel);
        });
        return new PoolAttempts(now.calls.sum(), now.failedCalls.sum(), all.stats(), byModel);
    }

    /** Reads the counts of one model. */
    public ModelAttempts readModel(String model) {
        ModelCounters counted = counters.byModel.get(model);
        return counted == null ? ModelAttempts.NONE : counted.read(new AttemptTotals());
    }

    /** Returns the attempts with one key, to all models. */
    public AttemptStats ofKey(String key) {
        return ofKeys(List.of(key));
    }

    /** Returns the attempts with several keys, to all models. */
    public AttemptStats ofKeys(Collection<String> keys) {
        AttemptTotals totals = new AttemptTotals();
        for (ModelCounters model : counters.byModel.values()) {
            for (String key : keys) {
                model.addKeyTo(totals, key);
            }
        }
        return totals.stats();
    }
}
