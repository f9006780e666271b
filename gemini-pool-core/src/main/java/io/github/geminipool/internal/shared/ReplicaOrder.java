package io.github.geminipool.internal.shared;

import io.github.geminipool.spi.SharedStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which replicas take on a task, different for each task. Every replica works out the same order without asking the
 * others.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Rendezvous_hashing">Rendezvous hashing</a>
 */
final class ReplicaOrder {

    private final SharedStore store;

    ReplicaOrder(SharedStore store) {
        this.store = store;
    }

    /** Returns this replica's place among those other than the one that set the task, from 0; -1 if it is that one. */
    int placeFor(String task, String setBy) {
        List<String> others = new ArrayList<>(store.members().replicas());
        others.remove(setBy);
        others.sort(Comparator.<String>comparingInt(replica -> weight(task, replica))
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        return others.indexOf(store.replica());
    }

    /** Returns whether a replica has been heard of recently. */
    boolean isThere(String replica) {
        return store.members().replicas().contains(replica);
    }

    /** Returns a hash of both in which every bit depends on every other one: the finalizer of MurmurHash3. */
    private static int weight(String task, String replica) {
        int hash = 31 * task.hashCode() + replica.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }
}
