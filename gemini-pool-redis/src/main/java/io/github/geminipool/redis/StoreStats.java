package io.github.geminipool.redis;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a store has done since it was created. Immutable.
 *
 * @param asks the number of orders of slots, 0 or more
 * @param unanswered how many of them failed, or were answered too late
 * @param booksLost how often this replica was the one to find that books were lost
 * @param replicas the number of replicas last known, this one included; at least 1
 * @param aloneSince since when this replica has been on its own because Redis does not serve it; null if Redis does
 */
public record StoreStats(
        long asks,
        long unanswered,
        long booksLost,
        int replicas,
        @Nullable Instant aloneSince) {}
