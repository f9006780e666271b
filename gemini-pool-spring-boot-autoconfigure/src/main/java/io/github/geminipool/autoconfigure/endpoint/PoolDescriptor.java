package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import java.util.List;

/**
 * A pool, as its endpoint shows it.
 *
 * @param calls calls that ended, failed ones included
 * @param failedCalls those that ended without an answer
 * @param attempts attempts that ended
 * @param active attempts in flight
 * @param waiting calls that wait for an instance or a key
 * @param keys the keys, in their order
 * @param models the model pools, by name
 */
public record PoolDescriptor(
        long calls,
        long failedCalls,
        long attempts,
        int active,
        int waiting,
        List<KeyDescriptor> keys,
        List<ModelDescriptor> models) {

    static PoolDescriptor of(PoolStats stats, KeyStats keys) {
        return new PoolDescriptor(
                stats.calls(),
                stats.failedCalls(),
                stats.attempts(),
                stats.active(),
                stats.waiting(),
                keys.keys().stream().map(KeyDescriptor::of).toList(),
                stats.models().stream().map(ModelDescriptor::of).toList());
    }
}
