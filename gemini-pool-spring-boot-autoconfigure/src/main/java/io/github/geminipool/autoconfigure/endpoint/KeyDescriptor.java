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
 * A key, as the endpoint shows it.
 *
 * @param name its name
 * @param project its project's name
 * @param state what it is good for
 * @param since when that began, as an ISO 8601 instant
 * @param reason why it is not healthy; null if it is
 * @param usable whether it may be used now, as far as no single model is concerned
 * @param until until when not, as an ISO 8601 instant; null where that is unknown, or it may be used
 * @param models single models for which it is not used now
 * @param inFlight attempts that hold it now
 * @param attempts attempts that ended
 * @param failures how many of them failed, by kind
 * @param emptyResponses how many of the others got an answer that says nothing, by kind
 * @param share its share of all keys' attempts, 0 to 1
 * @param errorRate the share of the last minutes' attempts that failed by its own or its project's fault, 0 to 1
 * @param totalErrorRate the same share of all that are counted
 * @param latencyMillis how long its attempts took
 * @param tokens what they used
 */
public record KeyDescriptor(
        String name,
        String project,
        KeyUsage.State state,
        String since,
        @Nullable String reason,
        boolean usable,
        @Nullable String until,
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
     * A model for which a key is not used.
     *
     * @param model the model
     * @param reason why not
     * @param until until when not, as an ISO 8601 instant; null where that is unknown
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
