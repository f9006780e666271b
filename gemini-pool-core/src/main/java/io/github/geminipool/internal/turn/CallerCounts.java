package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.key.Limits;
import io.github.geminipool.stats.CallerStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/** What is used of a caller's limits, by this process or by all replicas. Sizes are above 0 requests. Guarded by the caller's lock. */
interface CallerCounts {

    /** Makes the counts of one caller. */
    @FunctionalInterface
    interface Maker {

        /**
         * Makes them.
         *
         * @param lock the caller's, which guards them
         * @param whenTold lets calls go that wait, as replicas have told something; runs without a lock
         */
        CallerCounts make(Lock lock, Runnable whenTold);
    }

    /**
     * Returns when a call may go: a past time for now, later, or {@code PoolClock.NEVER}.
     *
     * @param request whose call it is, until it has {@link #left}
     * @param deadlineNanos until when it may wait
     */
    long nextAt(Object request, int count, long size, long deadlineNanos, long now);

    /** Returns whether a number of calls of a total size may go now. */
    boolean admits(int calls, int count, long size, long now);

    void take(long now, int count, long size);

    /** Gives back what was taken at a time. */
    void refund(long at, int count, long size);

    /** Replaces the tokens that were taken at a time with those that were counted. */
    void settle(long at, int count, long size, long counted);

    /** Records that a request no longer waits. */
    void left(Object request);

    /** Returns the limits that hold: those of the caller's entry, or smaller ones of another replica. */
    Limits inForce();

    /** Returns whether they are those of all replicas. */
    default boolean areOfAllReplicas() {
        return false;
    }

    /** Runs a change of the books that replicas keep, if they do; no lock must be held. */
    default void ofBooks(Consumer<SlotTraffic> change) {}

    /** Gives back what is held for those who wait; no lock must be held. */
    default void close() {}

    /** Returns how long a request has to wait at least to know when it may go. */
    Duration shortestWait();

    /** Returns whether nothing would be lost if it were created anew. */
    boolean isFresh(long now);

    List<CallerStats.Usage> usage(long now);
}
