package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.stats.AttemptStats;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the attempts to one model; tokens are counted by key, not by instance. Thread-safe. */
final class ModelCounters {

    /** Maximum number of removed keys that stay in the statistics. */
    private static final int MAX_REMOVED_KEYS = 100;

    private final ConcurrentMap<String, AttemptCounters> byKey = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, AttemptCounters> byInstance = new ConcurrentHashMap<>();

    private final LongAdder fallbacks = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();

    /** The tokens of removed keys that are forgotten; guarded by the lock. */
    private final AttemptTotals forgotten = new AttemptTotals();

    void fellBack() {
        fallbacks.increment();
    }

    void add(AttemptEnded event) {
        long nanos = event.elapsed().toNanos();
        AttemptCounters ofKey = counters(byKey, event.key());
        ofKey.add(event, nanos);
        counters(byInstance, event.instance()).add(event, nanos);
        ResponseFacts response = event.response();
        if (response != null && response.tokens() != null) {
            ofKey.addTokens(response.tokens());
        }
    }

    private static <K> AttemptCounters counters(ConcurrentMap<K, AttemptCounters> counters, K of) {
        AttemptCounters found = counters.get(of);
        return found != null ? found : counters.computeIfAbsent(of, any -> new AttemptCounters());
    }

    /** Forgets removed keys if there are many of them. */
    void retainKeys(Set<String> present) {
        if (byKey.size() <= present.size() + MAX_REMOVED_KEYS) {
            return;
        }
        byKey.forEach((key, counters) -> {
            if (!present.contains(key) && byKey.remove(key, counters)) {
                lock.lock();
                try {
                    counters.addTokensTo(forgotten);
                } finally {
                    lock.unlock();
                }
            }
        });
    }

    void addKeyTo(AttemptTotals totals, String key) {
        AttemptCounters counters = byKey.get(key);
        if (counters != null) {
            counters.addTo(totals);
        }
    }

    /** Reads all counters, and adds all attempts to {@code totals}, which must be empty. Each counter is read once. */
    ModelAttempts read(AttemptTotals totals) {
        AttemptTotals ofOne = new AttemptTotals();
        Map<Integer, AttemptStats> instances = new HashMap<>();
        byInstance.forEach((index, counters) -> {
            ofOne.clear();
            counters.addTo(ofOne);
            totals.add(ofOne);
            instances.put(index, ofOne.stats());
        });
        Map<String, Long> keys = new HashMap<>();
        byKey.forEach((key, counters) -> {
            keys.put(key, counters.attempts());
            counters.addTokensTo(totals);
        });
        lock.lock();
        try {
            totals.add(forgotten);
        } finally {
            lock.unlock();
        }
        return new ModelAttempts(totals.stats(), instances, keys, fallbacks.sum());
    }
}
