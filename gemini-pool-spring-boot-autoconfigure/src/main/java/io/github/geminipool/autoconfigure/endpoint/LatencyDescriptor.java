package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.stats.LatencyStats;

/**
 * How long attempts took, in milliseconds, from the lease to the end of the answer.
 *
 * @param mean the mean
 * @param p50 what half of them took no longer than
 * @param p95 what 95 of 100 took no longer than
 * @param p99 what 99 of 100 took no longer than
 * @param max the longest
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
