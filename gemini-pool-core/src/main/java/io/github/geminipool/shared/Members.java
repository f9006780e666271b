package io.github.geminipool.shared;

import java.util.List;

/**
 * The replicas that share a store, as far as is known. Immutable.
 *
 * @param replicas the names of those seen in the last ten seconds, this replica included, in alphabetical order; never empty
 */
public record Members(List<String> replicas) {

    /**
     * Copies and sorts the list.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Members {
        replicas = replicas.stream().sorted().toList();
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("There is always one replica: this one");
        }
    }

    /** Returns the number of replicas, at least 1. */
    public int count() {
        return replicas.size();
    }
}
