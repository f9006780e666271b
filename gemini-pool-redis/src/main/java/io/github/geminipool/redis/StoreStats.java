package io.github.geminipool.redis;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a store has done since it was created. Immutable.
 *
 * @param asks the number of orders of slots, 0 or more
 * @param unanswered how many of them failed, or were answered too late
 * @param booksLost how often this replica was the one that found books lost
 * @param replicas the number of replicas as last heard of, this one included; at least 1
 * @param aloneSince since when Redis has not served this replica, which goes on alone; null if it does
 */
public record StoreStats(
        long asks,
        long unanswered,
        long booksLost,
        int replicas,
        @Nullable Instant aloneSince) {}
