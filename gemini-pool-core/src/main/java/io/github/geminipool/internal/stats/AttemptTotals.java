package io.github.geminipool.internal.stats;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.AttemptStats;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Adds up what several counters counted. Not thread-safe. */
final class AttemptTotals {

    private final LatencyHistogram.Sum latency = new LatencyHistogram.Sum();
    private final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
    private final Map<EmptyResponse, Long> emptyResponses = new EnumMap<>(EmptyResponse.class);
    private final Map<String, Long> serviceTiers = new HashMap<>(4);
    private long input;
    private long cachedInput;
    private long output;
    private long thoughts;

    void clear() {
        latency.clear();
        failures.clear();
        emptyResponses.clear();
        serviceTiers.clear();
        input = 0;
        cachedInput = 0;
        output = 0;
        thoughts = 0;
    }

    void add(AttemptTotals other) {
        latency.add(other.latency);
        addTokens(other.input, other.cachedInput, other.output, other.thoughts);
        other.failures.forEach(this::add);
        other.emptyResponses.forEach(this::add);
        other.serviceTiers.forEach(this::addTier);
    }

    void add(LatencyHistogram moreLatency) {
        latency.add(moreLatency);
    }

    void addTokens(long moreInput, long moreCachedInput, long moreOutput, long moreThoughts) {
        input += moreInput;
        cachedInput += moreCachedInput;
        output += moreOutput;
        thoughts += moreThoughts;
    }

    void add(FailureKind kind, long count) {
        failures.merge(kind, count, Long::sum);
    }

    void add(EmptyResponse kind, long count) {
        emptyResponses.merge(kind, count, Long::sum);
    }

    void addTier(String tier, long count) {
        serviceTiers.merge(tier, count, Long::sum);
    }

    AttemptStats stats() {
        return latency.count() == 0
                ? AttemptStats.NONE
                : new AttemptStats(
                        latency.count(),
                        failures.isEmpty() ? Map.of() : failures,
                        emptyResponses.isEmpty() ? Map.of() : emptyResponses,
                        latency.stats(),
                        input == 0 && output == 0 && thoughts == 0
                                ? TokenUsage.NONE
                                : new TokenUsage(input, cachedInput, output, thoughts),
                        serviceTiers.isEmpty() ? Map.of() : serviceTiers);
    }
}
