package io.github.geminipool.stats;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import java.util.Map;

/**
 * Statistics of ended attempts, since the pool was built or its statistics were reset. Immutable.
 *
 * @param total number of attempts, failed ones included
 * @param failures number of failed attempts by kind; kinds that did not occur are absent
 * @param emptyResponses number of successful attempts with an empty response by kind; kinds that did not occur are absent
 * @param latency the durations of the attempts
 * @param tokens sum of the tokens that the responses reported
 * @param serviceTiers number of responses by the service tier that served them: {@code standard}, {@code flex}, {@code priority} or
 *     {@code other}; tiers that did not occur are absent, as are responses that did not say
 */
public record AttemptStats(
        long total,
        Map<FailureKind, Long> failures,
        Map<EmptyResponse, Long> emptyResponses,
        LatencyStats latency,
        TokenUsage tokens,
        Map<String, Long> serviceTiers) {

    /** The statistics of no attempts. */
    public static final AttemptStats NONE = new AttemptStats(0, Map.of(), Map.of(), LatencyStats.NONE, TokenUsage.NONE);

    /** Creates statistics of attempts whose responses did not say which service tier served them. */
    public AttemptStats(
            long total,
            Map<FailureKind, Long> failures,
            Map<EmptyResponse, Long> emptyResponses,
            LatencyStats latency,
            TokenUsage tokens) {
        this(total, failures, emptyResponses, latency, tokens, Map.of());
    }

    /** Copies the maps. */
    public AttemptStats {
        failures = Map.copyOf(failures);
        emptyResponses = Map.copyOf(emptyResponses);
        serviceTiers = Map.copyOf(serviceTiers);
    }

    /** Returns the number of failed attempts of all kinds. */
    public long failed() {
        return sum(failures);
    }

    /** Returns the share of attempts that failed through a fault of the key, project or billing account, 0 to 1. */
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
