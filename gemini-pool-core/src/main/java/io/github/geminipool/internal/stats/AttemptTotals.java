package io.github.geminipool.internal.stats;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.AttemptStats;
import java.util.EnumMap;
import java.util.Map;

/** The sum of what several keys or instances counted. */
final class AttemptTotals {

    private final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
    private final Map<EmptyResponse, Long> emptyResponses = new EnumMap<>(EmptyResponse.class);
    private final LatencyHistogram.Sum latency = new LatencyHistogram.Sum();
    private TokenUsage tokens = TokenUsage.NONE;
    private long attempts;

    void add(long moreAttempts, LatencyHistogram moreLatency, TokenUsage moreTokens) {
        attempts += moreAttempts;
        latency.add(moreLatency);
        tokens = tokens.plus(moreTokens);
    }

    void add(FailureKind kind, long count) {
        failures.merge(kind, count, Long::sum);
    }

    void add(EmptyResponse kind, long count) {
        emptyResponses.merge(kind, count, Long::sum);
    }

    AttemptStats stats() {
        return new AttemptStats(attempts, failures, emptyResponses, latency.stats(), tokens);
    }
}
