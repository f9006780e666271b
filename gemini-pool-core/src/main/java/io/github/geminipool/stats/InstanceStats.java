package io.github.geminipool.stats;

/**
 * One instance of a model pool.
 *
 * @param index its place, from 0
 * @param key the name of the key that it is bound to
 * @param active whether it serves an attempt now
 * @param usable whether its key may be used now
 * @param attempts what came of the attempts that it served
 */
public record InstanceStats(int index, String key, boolean active, boolean usable, AttemptStats attempts) {

    /** Attempts that it has served, failed ones included. */
    public long usage() {
        return attempts.total();
    }
}
