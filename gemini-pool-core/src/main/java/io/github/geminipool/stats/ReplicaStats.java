package io.github.geminipool.stats;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has published of itself: its counts since it was started or its statistics were reset. Immutable.
 *
 * @param replica name of the replica
 * @param age how long ago it published them, at most 30 seconds
 * @param aloneSince since when the store had not served it, so that it went on alone; null if it was served
 * @param calls number of ended calls, failed ones included
 * @param failedCalls number of calls that ended without a response
 * @param attempts number of ended attempts
 * @param failedAttempts number of failed attempts
 * @param active number of attempts in flight
 * @param waiting number of calls that waited for a lease
 * @param models its model pools, those with the most attempts first; a few hundred at most
 * @param keys those of its keys that this replica has too, those with the most attempts first; a few hundred at most
 */
public record ReplicaStats(
        String replica,
        Duration age,
        @Nullable Instant aloneSince,
        long calls,
        long failedCalls,
        long attempts,
        long failedAttempts,
        int active,
        int waiting,
        List<OfModel> models,
        List<OfKey> keys) {

    /** Copies the lists. */
    public ReplicaStats {
        models = List.copyOf(models);
        keys = List.copyOf(keys);
    }

    /**
     * Returns the present figures of a replica.
     *
     * @param replica its name
     * @param aloneSince since when the store has not served it; null if it does, or if there is none
     */
    public static ReplicaStats of(String replica, @Nullable Instant aloneSince, PoolStats pool, KeyStats keys) {
        return new ReplicaStats(
                replica,
                Duration.ZERO,
                aloneSince,
                pool.calls(),
                pool.failedCalls(),
                pool.attempts().total(),
                pool.attempts().failed(),
                pool.active(),
                pool.waiting(),
                pool.models().stream()
                        .sorted(Comparator.comparing(ModelStats::usage).reversed())
                        .map(OfModel::of)
                        .toList(),
                keys.keys().stream()
                        .sorted(Comparator.comparing(KeyUsage::usage).reversed())
                        .map(OfKey::of)
                        .toList());
    }

    /**
     * One model pool of a replica.
     *
     * @param model the model
     * @param attempts number of ended attempts
     * @param failedAttempts number of failed attempts
     * @param active number of attempts in flight
     * @param waiting number of calls that waited for a lease
     */
    public record OfModel(String model, long attempts, long failedAttempts, int active, int waiting) {

        private static OfModel of(ModelStats model) {
            return new OfModel(
                    model.model(), model.usage(), model.attempts().failed(), model.active(), model.waiting());
        }
    }

    /**
     * One key as a replica uses it.
     *
     * @param key name of the key in this replica
     * @param attempts number of ended attempts
     * @param failedAttempts number of failed attempts
     * @param inFlight number of attempts that held the key
     * @param usable whether that replica could use it
     */
    public record OfKey(String key, long attempts, long failedAttempts, int inFlight, boolean usable) {

        private static OfKey of(KeyUsage key) {
            return new OfKey(key.key(), key.usage(), key.failed(), key.inFlight(), key.usable());
        }
    }
}
