package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.InstanceStats;
import io.github.geminipool.stats.ModelOutlook;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.QuotaUsage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * State of a model's pool.
 *
 * @param model the model's name
 * @param size number of instances
 * @param active number of instances that serve an attempt
 * @param errorInstances number of instances bound to an unusable key
 * @param inUse whether it was called in the last ten minutes
 * @param usableKeys number of keys that can serve a call to it now
 * @param nextUsable when the first key can, as an ISO 8601 instant; null if one can now, or if that is unknown
 * @param reason why most keys can't serve a call; null if one can
 * @param waiting number of calls waiting for an instance or a key
 * @param attempts number of completed attempts
 * @param fallbacks number of calls that fell back to another model
 * @param attemptsByKey number of attempts by key name
 * @param failures number of failed attempts by kind
 * @param emptyResponses number of empty responses by kind
 * @param latencyMillis latency of its attempts
 * @param tokens tokens used
 * @param serviceTiers number of responses by the service tier that served them
 * @param quotas known limits of the projects, and their use
 * @param instances the instances, ordered by index
 */
public record ModelDescriptor(
        String model,
        int size,
        int active,
        int errorInstances,
        boolean inUse,
        int usableKeys,
        @Nullable String nextUsable,
        @Nullable String reason,
        int waiting,
        long attempts,
        long fallbacks,
        Map<String, Long> attemptsByKey,
        Map<FailureKind, Long> failures,
        Map<EmptyResponse, Long> emptyResponses,
        LatencyDescriptor latencyMillis,
        TokenUsage tokens,
        Map<String, Long> serviceTiers,
        List<QuotaDescriptor> quotas,
        List<InstanceDescriptor> instances) {

    /**
     * Limit of a project for the model.
     *
     * @param project the project's name
     * @param unit the limited quantity
     * @param limit the maximum that this pool may use
     * @param used the amount used in the current minute or day
     * @param remaining the amount left
     * @param source {@code CONFIGURED}, or {@code LEARNED} from a 429 response
     * @param foreign estimate of what others use per minute, from a 429 response within the last hour; 0 if there is none
     */
    public record QuotaDescriptor(
            String project, QuotaUsage.Unit unit, long limit, long used, long remaining, String source, long foreign) {

        static QuotaDescriptor of(QuotaUsage quota) {
            return new QuotaDescriptor(
                    quota.project(),
                    quota.unit(),
                    quota.limit(),
                    quota.used(),
                    quota.remaining(),
                    quota.learned() ? "LEARNED" : "CONFIGURED",
                    quota.foreign());
        }
    }

    /**
     * State of an instance.
     *
     * @param index its index, from 0
     * @param key the name of the key that it is bound to
     * @param active whether it serves an attempt
     * @param usable whether its key can be used now
     * @param attempts number of completed attempts
     * @param failures number of failed attempts by kind
     * @param latencyMillis latency of its attempts
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

    static ModelDescriptor of(ModelStats model, List<ModelOutlook> outlooks) {
        ModelOutlook outlook = outlooks.stream()
                .filter(one -> one.model().equals(model.model()))
                .findFirst()
                .orElse(new ModelOutlook(model.model(), false, 0, null, null, null));
        return new ModelDescriptor(
                model.model(),
                model.size(),
                model.active(),
                model.errorInstances(),
                outlook.inUse(),
                outlook.usableKeys(),
                outlook.nextUsable() == null ? null : outlook.nextUsable().toString(),
                outlook.reason(),
                model.waiting(),
                model.usage(),
                model.fallbacks(),
                model.keyUsage(),
                model.attempts().failures(),
                model.attempts().emptyResponses(),
                LatencyDescriptor.of(model.attempts().latency()),
                model.attempts().tokens(),
                model.attempts().serviceTiers(),
                model.quotas().stream().map(QuotaDescriptor::of).toList(),
                model.instances().stream().map(InstanceDescriptor::of).toList());
    }
}
