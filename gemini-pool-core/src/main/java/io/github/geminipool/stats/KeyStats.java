package io.github.geminipool.stats;

import java.util.List;

/**
 * All keys of a pool; secrets are never part of it.
 *
 * @param keys the keys in their order
 * @param projects their projects, in the order of their first keys
 */
public record KeyStats(List<KeyUsage> keys, List<ProjectUsage> projects) {

    /** Copies the lists. */
    public KeyStats {
        keys = List.copyOf(keys);
        projects = List.copyOf(projects);
    }

    /** Attempts made with all keys. */
    public long usage() {
        return keys.stream().mapToLong(KeyUsage::usage).sum();
    }

    /** Failed attempts of all keys. */
    public long failed() {
        return keys.stream().mapToLong(KeyUsage::failed).sum();
    }

    /** Keys that may be used now. */
    public long usable() {
        return keys.stream().filter(KeyUsage::usable).count();
    }
}
