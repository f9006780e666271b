package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyDecision;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pool, as its endpoint shows it.
 *
 * @param calls calls that ended, failed ones included
 * @param failedCalls those that ended without an answer
 * @param attempts attempts that ended
 * @param failures how many of them failed, by kind
 * @param latencyMillis how long they took
 * @param totalMillis how long they took together, for the mean of those between two looks
 * @param tokens what they used
 * @param active attempts in flight
 * @param waiting calls that wait for an instance or a key
 * @param keys the keys, in their order
 * @param projects the keys' projects
 * @param models the model pools, by name
 * @param decisions why keys were chosen lately, the latest last; empty unless {@code gemini.pool.recent-decisions} says more
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
        List<DecisionDescriptor> decisions) {

    /**
     * Why a key was chosen.
     *
     * @param at when, as an ISO 8601 instant
     * @param model for which model
     * @param key the key's name; null if none was
     * @param reason why that one, or why none
     * @param others why not the others, by name
     */
    public record DecisionDescriptor(
            String at, String model, @Nullable String key, String reason, Map<String, String> others) {

        static DecisionDescriptor of(KeyDecision decision) {
            return new DecisionDescriptor(
                    decision.at().toString(), decision.model(), decision.key(), decision.reason(), decision.others());
        }
    }

    static PoolDescriptor of(PoolStats stats, KeyStats keys, List<KeyDecision> decisions) {
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
                stats.models().stream().map(ModelDescriptor::of).toList(),
                decisions.stream().map(DecisionDescriptor::of).toList());
    }
}
