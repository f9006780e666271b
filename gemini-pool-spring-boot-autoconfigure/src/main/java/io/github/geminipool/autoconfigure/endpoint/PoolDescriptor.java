package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyDecision;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.stats.SharingStats;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * State of a pool.
 *
 * @param calls number of completed calls, including failed ones
 * @param failedCalls number of calls that ended without a response
 * @param attempts number of completed attempts
 * @param failures number of failed attempts by kind
 * @param latencyMillis latency of attempts
 * @param totalMillis total duration of all attempts, from which clients can compute the mean between two readings
 * @param tokens tokens used
 * @param active number of attempts in flight
 * @param waiting number of calls waiting for an instance or a key
 * @param keys the keys, in their order
 * @param projects the projects of the keys
 * @param models the model pools, ordered by name
 * @param callers what callers have used: first those with limits of their own, then the hundred others with the most calls
 * @param decisions recent key choices, latest last; empty if {@code gemini.pool.recent-decisions} is 0
 * @param shared how it shares its quotas with other replicas; null if it does not
 */
public record PoolDescriptor(
        long calls,
        long failedCalls,
        long attempts,
        Map<FailureKind, Long> failures,
        LatencyDescriptor latencyMillis,
        long totalMillis,
        TokenUsage tokens,
        int active,
        int waiting,
        List<KeyDescriptor> keys,
        List<ProjectDescriptor> projects,
        List<ModelDescriptor> models,
        List<CallerDescriptor> callers,
        List<DecisionDescriptor> decisions,
        @Nullable SharedDescriptor shared) {

    /**
     * How a pool shares its quotas with other replicas.
     *
     * @param namespace the namespace within which replicas share
     * @param replica name of this replica
     * @param members names of the replicas last known, this one included
     * @param aloneSince since when the store has not served this replica, as an ISO 8601 instant; null if it does
     */
    public record SharedDescriptor(
            String namespace,
            String replica,
            List<String> members,
            @Nullable String aloneSince) {

        static @Nullable SharedDescriptor of(@Nullable SharingStats stats) {
            return stats == null
                    ? null
                    : new SharedDescriptor(
                            stats.namespace(),
                            stats.replica(),
                            stats.members(),
                            stats.aloneSince() == null
                                    ? null
                                    : stats.aloneSince().toString());
        }
    }

    /**
     * Choice of a key.
     *
     * @param at time of the choice, as an ISO 8601 instant
     * @param model the model's name
     * @param key the name of the chosen key; null if none was chosen
     * @param reason why it was chosen, or why none was
     * @param others why each of the other keys was not chosen, by name
     */
    public record DecisionDescriptor(
            String at, String model, @Nullable String key, String reason, Map<String, String> others) {

        static DecisionDescriptor of(KeyDecision decision) {
            return new DecisionDescriptor(
                    decision.at().toString(), decision.model(), decision.key(), decision.reason(), decision.others());
        }
    }

    static PoolDescriptor of(
            PoolStats stats, KeyStats keys, List<KeyDecision> decisions, @Nullable SharingStats sharing) {
        return new PoolDescriptor(
                stats.calls(),
                stats.failedCalls(),
                stats.attempts().total(),
                stats.attempts().failures(),
                LatencyDescriptor.of(stats.attempts().latency()),
                stats.attempts()
                        .latency()
                        .mean()
                        .multipliedBy(stats.attempts().total())
                        .toMillis(),
                stats.attempts().tokens(),
                stats.active(),
                stats.waiting(),
                keys.keys().stream().map(KeyDescriptor::of).toList(),
                keys.projects().stream().map(ProjectDescriptor::of).toList(),
                stats.models().stream()
                        .map(model -> ModelDescriptor.of(model, keys.models()))
                        .toList(),
                stats.callers().stream().map(CallerDescriptor::of).toList(),
                decisions.stream().map(DecisionDescriptor::of).toList(),
                SharedDescriptor.of(sharing));
    }
}
