package io.github.geminipool.stats;

import java.util.List;
import java.util.Map;

/**
 * One model pool.
 *
 * @param model the model
 * @param size how many instances it has
 * @param active how many of them serve an attempt now
 * @param errorInstances how many are bound to a key that may not be used now
 * @param waiting how many calls wait for an instance or a key now
 * @param attempts what came of the attempts made
 * @param fallbacks how many calls to it went on to a fallback
 * @param keyUsage attempts made by key name; keys that were never used are absent
 * @param quotas what is known of the projects' limits, and what was used of them
 * @param instances the instances, by index
 */
public record ModelStats(
        String model,
        int size,
        int active,
        int errorInstances,
        int waiting,
        AttemptStats attempts,
        long fallbacks,
        Map<String, Long> keyUsage,
        List<QuotaUsage> quotas,
        List<InstanceStats> instances) {

    /** Copies the collections. */
    public ModelStats {
        keyUsage = Map.copyOf(keyUsage);
        quotas = List.copyOf(quotas);
        instances = List.copyOf(instances);
    }

    /** Attempts made, failed ones included. */
    public long usage() {
        return attempts.total();
    }
}
