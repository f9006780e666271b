package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelExclusion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * State of a key.
 *
 * @param name the key's name
 * @param project the name of its project
 * @param state its state
 * @param since when the state began, as an ISO 8601 instant
 * @param reason why it is not healthy; null if it is
 * @param usable whether it can serve a call to any model in use now
 * @param until when it may become usable again, as an ISO 8601 instant; null if it is usable or that is unknown
 * @param kind the kind of failure because of which it is not usable; null if it is usable or disabled
 * @param models the models for which it is excluded now
 * @param inFlight number of attempts in flight
 * @param attempts number of completed attempts
 * @param failures number of failed attempts by kind
 * @param emptyResponses number of empty responses by kind
 * @param share its share of all keys' attempts (0 to 1)
 * @param errorRate share of recent attempts whose failure was caused by the key or its project (0 to 1)
 * @param totalErrorRate the same share of all counted attempts
 * @param latencyMillis latency of its attempts
 * @param tokens tokens used
 */
public record KeyDescriptor(
        String name,
        String project,
        KeyUsage.State state,
        String since,
        @Nullable String reason,
        boolean usable,
        @Nullable String until,
        @Nullable FailureKind kind,
        List<ExcludedModel> models,
        int inFlight,
        long attempts,
        Map<FailureKind, Long> failures,
        Map<EmptyResponse, Long> emptyResponses,
        double share,
        double errorRate,
        double totalErrorRate,
        LatencyDescriptor latencyMillis,
        TokenUsage tokens) {

    /**
     * Exclusion of a key for one model.
     *
     * @param model the model's name
     * @param reason the reason
     * @param until when it ends, as an ISO 8601 instant; null if unknown
     */
    public record ExcludedModel(
            String model, String reason, @Nullable String until) {

        static ExcludedModel of(ModelExclusion exclusion) {
            return new ExcludedModel(exclusion.model(), exclusion.reason(), text(exclusion.until()));
        }
    }

    static KeyDescriptor of(KeyUsage key) {
        return new KeyDescriptor(
                key.key(),
                key.project(),
                key.state(),
                key.since().toString(),
                key.reason(),
                key.usable(),
                text(key.excludedUntil()),
                key.kind(),
                key.modelExclusions().stream().map(ExcludedModel::of).toList(),
                key.inFlight(),
                key.usage(),
                key.attempts().failures(),
                key.attempts().emptyResponses(),
                key.share(),
                key.errorRate(),
                key.attempts().errorRate(),
                LatencyDescriptor.of(key.attempts().latency()),
                key.attempts().tokens());
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
