package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.stats.QuotaUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model pool at one moment.
 *
 * @param model the model
 * @param instances its instances, by index
 * @param inFlight attempts in flight by key name; idle keys are absent
 * @param quotas what is known of the projects' limits
 * @param waiting requests that wait
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

    static List<InstanceState> statesOf(Instance[] instances, long now) {
        List<InstanceState> states = new ArrayList<>(instances.length);
        for (Instance instance : instances) {
            states.add(new InstanceState(
                    instance.bound.keyName(), !instance.idle, instance.bound.exclusionByFailure(now) == null));
        }
        return states;
    }

    static Map<String, Integer> inFlight(List<ModelKey> keys) {
        Map<String, Integer> inFlight = new LinkedHashMap<>();
        for (ModelKey key : keys) {
            if (key.inFlight() > 0) {
                inFlight.put(key.keyName(), key.inFlight());
            }
        }
        return inFlight;
    }

    /** Returns the number of instances that serve an attempt. */
    public int active() {
        return (int) instances.stream().filter(InstanceState::active).count();
    }
}
