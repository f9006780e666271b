package io.github.geminipool.internal.pool;

import io.github.geminipool.stats.QuotaUsage;
import java.util.List;
import java.util.Map;

/**
 * A model pool at one moment.
 *
 * @param model the model
 * @param instances its instances, by index
 * @param inFlight attempts in flight by key name; idle keys are absent
 * @param quotas what is known of the projects' limits
 * @param waiting wishes that wait
 * @param betweenAttempts calls that have had an attempt and wait for the next
 */
public record ModelPoolState(
        String model,
        List<InstanceState> instances,
        Map<String, Integer> inFlight,
        List<QuotaUsage> quotas,
        int waiting,
        int betweenAttempts) {

    /**
     * An instance at that moment.
     *
     * @param key the name of the key that it is bound to
     * @param active whether it serves an attempt
     * @param usable whether its key may be used
     */
    public record InstanceState(String key, boolean active, boolean usable) {}

    public int active() {
        return (int) instances.stream().filter(InstanceState::active).count();
    }
}
