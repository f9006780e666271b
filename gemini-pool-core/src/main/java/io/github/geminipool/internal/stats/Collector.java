package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.FailureKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what happens, as a listener like any other. Its size is bounded by keys, instances and model pools. */
public final class Collector implements PoolListener {

    private record ModelKey(String model, String key) {}

    private record ModelInstance(String model, int instance) {}

    /**
     * What was counted of some attempts.
     *
     * @param attempts how many ended
     * @param failures how many of them failed, by kind
     * @param meanTime their mean time
     */
    public record Counted(long attempts, Map<FailureKind, Long> failures, Duration meanTime) {}

    private static final class Counters {
        final LongAdder calls = new LongAdder();
        final LongAdder failedCalls = new LongAdder();
        final AttemptCounters attempts = new AttemptCounters();
        final ConcurrentMap<String, AttemptCounters> byModel = new ConcurrentHashMap<>();
        final ConcurrentMap<String, AttemptCounters> byKey = new ConcurrentHashMap<>();
        final ConcurrentMap<ModelKey, AttemptCounters> byModelAndKey = new ConcurrentHashMap<>();
        final ConcurrentMap<ModelInstance, AttemptCounters> byInstance = new ConcurrentHashMap<>();
    }

    private volatile Counters counters = new Counters();

    @Override
    public void attemptEnded(AttemptEnded event) {
        Counters now = counters;
        now.attempts.add(event);
        counter(now.byModel, event.model()).add(event);
        counter(now.byKey, event.key()).add(event);
        counter(now.byModelAndKey, new ModelKey(event.model(), event.key())).add(event);
        counter(now.byInstance, new ModelInstance(event.model(), event.instance()))
                .add(event);
    }

    private static <K> AttemptCounters counter(ConcurrentMap<K, AttemptCounters> counters, K of) {
        AttemptCounters counter = counters.get(of);
        return counter != null ? counter : counters.computeIfAbsent(of, key -> new AttemptCounters());
    }

    @Override
    public void callEnded(CallEnded event) {
        Counters now = counters;
        now.calls.increment();
        if (event.outcome() != CallEnded.Outcome.SUCCESS) {
            now.failedCalls.increment();
        }
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

    public long attempts() {
        return counters.attempts.attempts();
    }

    public Counted ofModel(String model) {
        return counted(counters.byModel.get(model));
    }

    public Counted ofKey(String key) {
        return counted(counters.byKey.get(key));
    }

    public Counted ofInstance(String model, int instance) {
        return counted(counters.byInstance.get(new ModelInstance(model, instance)));
    }

    /** Attempts to a model by key name. */
    public Map<String, Long> keyUsage(String model) {
        Map<String, Long> usage = new HashMap<>();
        counters.byModelAndKey.forEach((of, counter) -> {
            if (of.model().equals(model)) {
                usage.put(of.key(), counter.attempts());
            }
        });
        return usage;
    }

    private static Counted counted(@Nullable AttemptCounters counter) {
        return counter == null
                ? new Counted(0, Map.of(), Duration.ZERO)
                : new Counted(counter.attempts(), counter.failures(), counter.meanTime());
    }
}
