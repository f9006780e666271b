package io.github.geminipool.stats;

import java.util.List;

/**
 * Statistics of all keys of a pool. Contains no secrets.
 *
 * @param keys the keys in the order of the pool
 * @param projects the projects of the keys, in the order of their first keys
 * @param models what the keys can do for each model that was called, in the order of their names
 */
public record KeyStats(List<KeyUsage> keys, List<ProjectUsage> projects, List<ModelOutlook> models) {

    /** Copies the lists. */
    public KeyStats {
        models = List.copyOf(models);
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

    /** Returns the number of usable keys. */
    public long usable() {
        return keys.stream().filter(KeyUsage::usable).count();
    }

    /** Returns whether a key is not usable, or a model in use has no usable key. */
    public boolean isDegraded() {
        return usable() < keys.size() || models.stream().anyMatch(model -> model.inUse() && model.usableKeys() == 0);
    }
}
