package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** What is counted of the attempts to one model. Thread-safe. */
final class ModelCounters {

    /** So many keys that are gone are still known by what they did. */
    private static final int MOST_GONE = 100;

    private final ConcurrentMap<String, AttemptCounters> byKey = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, AttemptCounters> byInstance = new ConcurrentHashMap<>();

    private final LongAdder fallbacks = new LongAdder();

    void fellBack() {
        fallbacks.increment();
    }

    long fallbacks() {
        return fallbacks.sum();
    }

    void add(AttemptEnded event) {
        counters(byKey, event.key()).add(event);
        counters(byInstance, event.instance()).add(event);
    }

    private static <K> AttemptCounters counters(ConcurrentMap<K, AttemptCounters> counters, K of) {
        AttemptCounters found = counters.get(of);
        return found != null ? found : counters.computeIfAbsent(of, any -> new AttemptCounters());
    }

    /** Forgets the keys that are gone, if they are many. */
    void retainKeys(Set<String> present) {
        if (byKey.size() > present.size() + MOST_GONE) {
            byKey.keySet().retainAll(present);
        }
    }

    void addTo(AttemptTotals totals) {
        // There are fewer instances than keys.
        byInstance.values().forEach(counters -> counters.addTo(totals));
    }

    void addKeyTo(AttemptTotals totals, String key) {
        AttemptCounters counters = byKey.get(key);
        if (counters != null) {
            counters.addTo(totals);
        }
    }

    void addInstanceTo(AttemptTotals totals, int instance) {
        AttemptCounters counters = byInstance.get(instance);
        if (counters != null) {
            counters.addTo(totals);
        }
    }

    void forEachKey(BiConsumer<String, Long> attempts) {
        byKey.forEach((key, counters) -> attempts.accept(key, counters.attempts()));
    }
}
