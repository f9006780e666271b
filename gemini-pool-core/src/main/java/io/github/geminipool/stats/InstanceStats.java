package io.github.geminipool.stats;

import io.github.geminipool.failure.FailureKind;
import java.time.Duration;
import java.util.Map;

/**
 * One instance of a model pool.
 *
 * @param index its place, from 0
 * @param key the name of the key that it is bound to
 * @param active whether it serves an attempt now
 * @param usable whether its key may be used now
 * @param usage attempts that it has served, failed ones included
 * @param failures how many of them failed, by kind
 * @param meanTime the mean time of its attempts; 0 without any
 */
public record InstanceStats(
        int index,
        String key,
        boolean active,
        boolean usable,
        long usage,
        Map<FailureKind, Long> failures,
        Duration meanTime) {

    /** Copies the map. */
    public InstanceStats {
        failures = Map.copyOf(failures);
    }
}
