package io.github.geminipool.stats;

import java.time.Duration;

/**
 * How long attempts took, from the lease to the end of the answer; all are 0 without any. The percentiles are at most an eighth
 * above the true ones, and never above {@code max}.
 *
 * @param mean the mean
 * @param p50 what half of them took no longer than
 * @param p95 what 95 of 100 took no longer than
 * @param p99 what 99 of 100 took no longer than
 * @param max the longest
 */
public record LatencyStats(Duration mean, Duration p50, Duration p95, Duration p99, Duration max) {

    /** Of no attempt. */
    public static final LatencyStats NONE =
            new LatencyStats(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
