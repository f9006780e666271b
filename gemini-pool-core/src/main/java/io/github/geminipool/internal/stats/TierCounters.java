package io.github.geminipool.internal.stats;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts responses by the service tier that served them. Thread-safe. */
final class TierCounters {

    private static final String[] TIERS = {"standard", "flex", "priority", "other"};

    private final AtomicLongArray counts = new AtomicLongArray(TIERS.length);

    void add(String tier) {
        int at = 0;
        while (at < TIERS.length - 1 && !TIERS[at].equals(tier)) {
            at++;
        }
        counts.getAndIncrement(at);
    }

    void addTo(AttemptTotals totals) {
        for (int i = 0; i < TIERS.length; i++) {
            long count = counts.get(i);
            if (count > 0) {
                totals.addTier(TIERS[i], count);
            }
        }
    }
}
