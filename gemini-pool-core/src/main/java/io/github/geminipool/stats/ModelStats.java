package io.github.geminipool.stats;

import java.util.List;
import java.util.Map;

/**
 * Statistics of one model pool.
 *
 * @param model the model
 * @param size number of instances
 * @param active number of instances that an attempt holds now
 * @param errorInstances number of instances bound to a key that is not usable now
 * @param waiting number of calls that wait for a lease now
 * @param attempts the ended attempts to the model
 * @param fallbacks number of calls that fell back from this model to another
 * @param keyUsage number of ended attempts by key name; keys without attempts are absent
 * @param quotas known limits of projects for this model, and their use
 * @param instances the instances, in the order of their indexes
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

    /** Returns the number of ended attempts, failed ones included. */
    public long usage() {
        return attempts.total();
    }
}
