package io.github.geminipool.internal.books;

import io.github.geminipool.shared.Slots;

/**
 * How long a ledger waits before it asks the store again. What it knows of other replicas' turns may be out of date: if it got no
 * slot it asks again soon, but not at once. Not thread-safe.
 */
final class AskPause {

    private static final long FIRST_NANOS = 20_000_000L;
    private static final int MOST_DOUBLED = 4;

    /** A ledger that has given back unused slots twice within this time waits a little. */
    private static final long AGAIN_NANOS = 1_000_000_000L;

    private static final long UNUSED_NANOS = 100_000_000L;

    private int inVain;
    private long unusedAt = -AGAIN_NANOS;
    private long untilNanos;

    /** Returns until when not to ask; a past time if asking is allowed. */
    long untilNanos() {
        return untilNanos;
    }

    /** Records that an order could not be made. */
    void failed(long now) {
        untilNanos = Math.max(untilNanos, now + AGAIN_NANOS);
    }

    /** Records that slots were given back because nobody could use them: the next ones may be useless too. */
    void inVain(long now) {
        if (now - unusedAt < AGAIN_NANOS) {
            untilNanos = Math.max(untilNanos, now + UNUSED_NANOS);
        }
        unusedAt = now;
    }

    /**
     * Records an answer.
     *
     * @param wanted the number of slots that were ordered
     * @param freeAt when the books will have a free slot
     */
    void answered(Slots answer, int wanted, long freeAt, long now) {
        if (answer.status() != Slots.Status.COMPLETE) {
            untilNanos = freeAt;
        } else if (wanted > 0 && answer.slots().isEmpty()) {
            untilNanos = now + (FIRST_NANOS << inVain);
            inVain = Math.min(inVain + 1, MOST_DOUBLED);
        } else {
            untilNanos = now;
            inVain = 0;
        }
    }
}
