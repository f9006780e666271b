package io.github.geminipool.stats;

import java.time.Duration;

/**
 * Durations of attempts, from the lease to the end of the response. All are 0 if there were no attempts. The percentiles are within
 * +12.5 % of the exact ones, and never above {@code max}.
 *
 * @param mean the mean
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 * @param max the maximum
 */
public record LatencyStats(Duration mean, Duration p50, Duration p95, Duration p99, Duration max) {

    /** The statistics of no attempts. */
    public static final LatencyStats NONE =
            new LatencyStats(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
