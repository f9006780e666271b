package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.stats.LatencyStats;

/**
 * Latency of attempts in milliseconds, from the lease to the end of the response.
 *
 * @param mean the mean
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 * @param max the maximum
 */
public record LatencyDescriptor(long mean, long p50, long p95, long p99, long max) {

    static LatencyDescriptor of(LatencyStats latency) {
        return new LatencyDescriptor(
                latency.mean().toMillis(),
                latency.p50().toMillis(),
                latency.p95().toMillis(),
                latency.p99().toMillis(),
                latency.max().toMillis());
    }
}
