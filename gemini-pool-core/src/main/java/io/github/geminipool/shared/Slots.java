package io.github.geminipool.shared;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The answer to an order of slots: the slots given, and what the books say. Immutable.
 *
 * @param status whether the books are complete
 * @param version what the books are now, to be named in the next order
 * @param slots the slots given, for the first of those wanted: fewer than wanted, or none, if there are no more
 * @param nextFree how long after the answer one more slot of the next wanted size becomes free; zero if one is free now
 * @param requestsPerMinute the limit of requests per minute and its use
 * @param tokensPerMinute the limit of tokens per minute and its use
 * @param requestsPerDay the limit of requests per day and its use; fully used once Gemini has said so
 * @param dayEndsIn how long after the answer the day of quotas ends; zero if no day was begun
 */
public record Slots(
        Status status,
        BooksVersion version,
        List<Slot> slots,
        Duration nextFree,
        BookedQuota requestsPerMinute,
        BookedQuota tokensPerMinute,
        BookedQuota requestsPerDay,
        Duration dayEndsIn) {

    /** Whether the books are complete. */
    public enum Status {
        /** They are. */
        COMPLETE,
        /** They were lost, at least in part, and this order has found that. All replicas report now, and no slots are given. */
        LOST,
        /** They were lost, and other replicas still report. No slots are given. */
        REPORTING
    }

    /** Copies the list. */
    public Slots {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(nextFree, "nextFree");
        slots = List.copyOf(slots);
    }
}
