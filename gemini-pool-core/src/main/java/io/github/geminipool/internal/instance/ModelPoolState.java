package io.github.geminipool.internal.instance;

import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.stats.QuotaUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of a model pool.
 *
 * @param model the model
 * @param instances the instances, by index
 * @param inFlight attempts in flight by key name; idle keys are absent
 * @param quotas the known limits of projects, and their usage
 * @param waiting the number of waiting lease requests
 * @param betweenAttempts the number of calls between two attempts
 */
public record ModelPoolState(
        String model,
        List<InstanceState> instances,
        Map<String, Integer> inFlight,
        List<QuotaUsage> quotas,
        int waiting,
        int betweenAttempts) {

    /**
     * A snapshot of an instance.
     *
     * @param key the name of the bound key
     * @param active whether an attempt is using the instance
     * @param usable whether the bound key may be used
     */
    public record InstanceState(String key, boolean active, boolean usable) {}

    /** Returns the states of instances. */
    public static List<InstanceState> statesOf(List<Instance> instances, long now) {
        List<InstanceState> states = new ArrayList<>(instances.size());
        for (Instance instance : instances) {
            states.add(new InstanceState(
                    instance.bound().keyName(),
                    !instance.isIdle(),
                    instance.bound().exclusionByFailure(now) == null));
        }
        return states;
    }

    /** Returns the attempts in flight by key name. */
    public static Map<String, Integer> inFlight(List<ModelKey> keys) {
        Map<String, Integer> inFlight = new LinkedHashMap<>();
        for (ModelKey key : keys) {
            if (key.inFlight() > 0) {
                inFlight.put(key.keyName(), key.inFlight());
            }
        }
        return inFlight;
    }

    /** Returns this state together with that of another pool of the same model, whose instances come after these. */
    public ModelPoolState and(ModelPoolState other) {
        List<InstanceState> bothInstances = new ArrayList<>(instances);
        bothInstances.addAll(other.instances);
        Map<String, Integer> bothInFlight = new LinkedHashMap<>(inFlight);
        other.inFlight.forEach((key, count) -> bothInFlight.merge(key, count, Integer::sum));
        List<QuotaUsage> bothQuotas = new ArrayList<>(quotas);
        other.quotas.stream()
                .filter(quota -> quotas.stream().noneMatch(own -> isOfSame(own, quota)))
                .forEach(bothQuotas::add);
        return new ModelPoolState(
                model,
                bothInstances,
                bothInFlight,
                bothQuotas,
                waiting + other.waiting,
                betweenAttempts + other.betweenAttempts);
    }

    private static boolean isOfSame(QuotaUsage one, QuotaUsage other) {
        return one.project().equals(other.project()) && one.unit() == other.unit();
    }

    /** Returns the number of instances in use. */
    public int active() {
        return (int) instances.stream().filter(InstanceState::active).count();
    }
}
