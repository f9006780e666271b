package io.github.geminipool.stats;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import java.util.Map;

/**
 * What came of some attempts that ended, since the pool was made or its statistics were reset.
 *
 * @param total how many there were, failed ones included
 * @param failures how many of them failed, by kind
 * @param emptyResponses how many of the others got an answer that says nothing, by kind; that is no fault of a key
 * @param latency how long they took
 * @param tokens what they used, where Gemini said so
 */
public record AttemptStats(
        long total,
        Map<FailureKind, Long> failures,
        Map<EmptyResponse, Long> emptyResponses,
        LatencyStats latency,
        TokenUsage tokens) {

    /** Of no attempt. */
    public static final AttemptStats NONE = new AttemptStats(0, Map.of(), Map.of(), LatencyStats.NONE, TokenUsage.NONE);

    /** Copies the maps. */
    public AttemptStats {
        failures = Map.copyOf(failures);
        emptyResponses = Map.copyOf(emptyResponses);
    }

    /** How many failed, of whatever kind. */
    public long failed() {
        return sum(failures);
    }

    /** The share that failed by a key's, its project's or its billing account's fault, 0 to 1; 0 without any. */
    public double errorRate() {
        long errors = failures.entrySet().stream()
                .filter(entry -> entry.getKey().isFaultOfKey())
                .mapToLong(Map.Entry::getValue)
                .sum();
        return total == 0 ? 0 : (double) errors / total;
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
