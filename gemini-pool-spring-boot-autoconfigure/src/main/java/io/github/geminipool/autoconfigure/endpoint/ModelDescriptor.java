package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.InstanceStats;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.QuotaUsage;
import java.util.List;
import java.util.Map;

/**
 * A model pool, as the endpoint shows it.
 *
 * @param model the model
 * @param size how many instances it has
 * @param active how many of them serve an attempt
 * @param errorInstances how many are bound to a key that may not be used
 * @param waiting calls that wait for an instance or a key
 * @param attempts attempts that ended
 * @param fallbacks calls that went on to another model
 * @param attemptsByKey attempts by the key's name
 * @param failures how many of the attempts failed, by kind
 * @param emptyResponses answers that say nothing, by kind
 * @param latencyMillis how long its attempts took
 * @param tokens what they used
 * @param quotas what is known of the projects' limits, and what was used of them
 * @param instances the instances, by index
 */
public record ModelDescriptor(
        String model,
        int size,
        int active,
        int errorInstances,
        int waiting,
        long attempts,
        long fallbacks,
        Map<String, Long> attemptsByKey,
        Map<FailureKind, Long> failures,
        Map<EmptyResponse, Long> emptyResponses,
        LatencyDescriptor latencyMillis,
        TokenUsage tokens,
        List<QuotaDescriptor> quotas,
        List<InstanceDescriptor> instances) {

    /**
     * A project's limit for the model.
     *
     * @param project the project's name
     * @param unit what is limited
     * @param limit how much this pool may send
     * @param used how much it has sent in the minute, or the day
     * @param remaining how much is left
     * @param source {@code CONFIGURED}, or {@code LEARNED} from Gemini's refusals
     */
    public record QuotaDescriptor(
            String project, QuotaUsage.Unit unit, long limit, long used, long remaining, String source) {

        static QuotaDescriptor of(QuotaUsage quota) {
            return new QuotaDescriptor(
                    quota.project(),
                    quota.unit(),
                    quota.limit(),
                    quota.used(),
                    quota.remaining(),
                    quota.learned() ? "LEARNED" : "CONFIGURED");
        }
    }

    /**
     * An instance.
     *
     * @param index its place, from 0
     * @param key the name of the key that it is bound to
     * @param active whether it serves an attempt
     * @param usable whether its key may be used
     * @param attempts attempts that it has served
     * @param failures how many of them failed, by kind
     * @param latencyMillis how long they took
     */
    public record InstanceDescriptor(
            int index,
            String key,
            boolean active,
            boolean usable,
            long attempts,
            Map<FailureKind, Long> failures,
            LatencyDescriptor latencyMillis) {

        static InstanceDescriptor of(InstanceStats instance) {
            return new InstanceDescriptor(
                    instance.index(),
                    instance.key(),
                    instance.active(),
                    instance.usable(),
                    instance.usage(),
                    instance.attempts().failures(),
                    LatencyDescriptor.of(instance.attempts().latency()));
        }
    }

    static ModelDescriptor of(ModelStats model) {
        return new ModelDescriptor(
                model.model(),
                model.size(),
                model.active(),
                model.errorInstances(),
                model.waiting(),
                model.usage(),
                model.fallbacks(),
                model.keyUsage(),
                model.attempts().failures(),
                model.attempts().emptyResponses(),
                LatencyDescriptor.of(model.attempts().latency()),
                model.attempts().tokens(),
                model.quotas().stream().map(QuotaDescriptor::of).toList(),
                model.instances().stream().map(InstanceDescriptor::of).toList());
    }
}
