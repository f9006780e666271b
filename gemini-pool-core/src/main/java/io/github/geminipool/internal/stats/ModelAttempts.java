package io.github.geminipool.internal.stats;

import io.github.geminipool.stats.AttemptStats;
import java.util.Map;

/**
 * The attempts to one model.
 *
 * @param total all of them
 * @param byInstance those of each instance, by its index; instances without attempts are absent
 * @param byKey number of attempts by key name; keys without attempts are absent
 * @param fallbacks number of calls that fell back from this model to another
 */
public record ModelAttempts(
        AttemptStats total, Map<Integer, AttemptStats> byInstance, Map<String, Long> byKey, long fallbacks) {

    static final ModelAttempts NONE = new ModelAttempts(AttemptStats.NONE, Map.of(), Map.of(), 0);

    /** Returns the attempts of one instance. */
    public AttemptStats ofInstance(int index) {
        return byInstance.getOrDefault(index, AttemptStats.NONE);
    }
}
