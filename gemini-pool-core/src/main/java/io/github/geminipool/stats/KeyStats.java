package io.github.geminipool.stats;

import java.util.List;

/**
 * Statistics of all keys of a pool. Contains no secrets.
 *
 * @param keys the keys in the order of the pool
 * @param projects the projects of the keys, in the order of their first keys
 */
public record KeyStats(List<KeyUsage> keys, List<ProjectUsage> projects) {

    /** Copies the lists. */
    public KeyStats {
        keys = List.copyOf(keys);
        projects = List.copyOf(projects);
    }

    /** Returns the number of ended attempts with all keys. */
    public long usage() {
        return keys.stream().mapToLong(KeyUsage::usage).sum();
    }

    /** Returns the number of failed attempts with all keys. */
    public long failed() {
        return keys.stream().mapToLong(KeyUsage::failed).sum();
    }

    /** Returns the number of usable keys, exclusions for single models aside. */
    public long usable() {
        return keys.stream().filter(KeyUsage::usable).count();
    }
}
