package io.github.geminipool.internal.report;

import io.github.geminipool.internal.time.PoolClock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That no key can serve calls to a model.
 *
 * @param endNanos when the first key can; {@link PoolClock#NEVER} if that is unknown or an operator must act
 * @param main what keeps most keys; null if there are no keys
 * @param keys how many keys that concerns
 * @param all the number of keys
 */
record Lack(long endNanos, @Nullable Obstacle main, int keys, int all) {

    static Lack of(Collection<Obstacle> obstacles, int all) {
        long end = PoolClock.NEVER;
        Map<String, Obstacle> first = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Obstacle obstacle : obstacles) {
            end = Math.min(end, obstacle.endNanos());
            first.putIfAbsent(obstacle.reason(), obstacle);
            counts.merge(obstacle.reason(), 1, Integer::sum);
        }
        String most = null;
        int count = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            if (entry.getValue() > count) {
                most = entry.getKey();
                count = entry.getValue();
            }
        }
        return new Lack(end, most == null ? null : first.get(most), count, all);
    }
}
