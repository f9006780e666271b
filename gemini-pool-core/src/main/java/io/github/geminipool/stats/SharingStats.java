package io.github.geminipool.stats;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * With whom a pool shares its quotas. Immutable.
 *
 * @param namespace the namespace that the sharing replicas have in common
 * @param replica name of this replica
 * @param members names of the replicas as last heard of, this one included
 * @param aloneSince since when the store has not served this replica, which goes on alone; null if it does
 */
public record SharingStats(
        String namespace,
        String replica,
        List<String> members,
        @Nullable Instant aloneSince) {

    /** Copies the list. */
    public SharingStats {
        members = List.copyOf(members);
    }
}
