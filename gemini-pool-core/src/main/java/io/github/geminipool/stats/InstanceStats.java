package io.github.geminipool.stats;

/**
 * Statistics of one instance of a model pool.
 *
 * @param index index of the instance in its model pool, from 0
 * @param key name of the key that the instance is bound to
 * @param active whether an attempt holds the instance now
 * @param usable whether its key is usable now
 * @param attempts the ended attempts that the instance served; tokens are counted by key and model only, so that these are 0
 */
public record InstanceStats(int index, String key, boolean active, boolean usable, AttemptStats attempts) {

    /** Returns the number of ended attempts, failed ones included. */
    public long usage() {
        return attempts.total();
    }
}
