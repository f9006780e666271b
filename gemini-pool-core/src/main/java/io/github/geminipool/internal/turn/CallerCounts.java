package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.key.Limits;
import io.github.geminipool.stats.CallerStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/** What has been used of a caller's limits, by this process or by all replicas. Guarded by the caller's lock. */
interface CallerCounts {

    /** Makes the counts of callers. */
    @FunctionalInterface
    interface Maker {

        /**
         * Makes the counts of one caller.
         *
         * @param lock the caller's lock, which guards them
         * @param onAnswer lets waiting calls go after news from the shared store; runs without a lock
         */
        CallerCounts make(Lock lock, Runnable onAnswer);
    }

    /**
     * Returns when a call may go: a past time for now; {@code PoolClock.NEVER} if that is unknown.
     *
     * @param request the lease request of the call, which counts until it has {@link #left}
     * @param deadlineNanos until when it may wait
     */
    long nextAt(Object request, int count, long size, long deadlineNanos, long now);

    /**
     * Returns when a number of requests, more than 0, can have gone at the earliest, as far as that is known: a past time for now.
     */
    default long allGoneAt(long requests, long now) {
        return Long.MIN_VALUE;
    }

    /** Returns whether a number of calls of a total size may go now. */
    boolean admits(int calls, int count, long size, long now);

    void take(long now, int count, long size);

    /** Gives back what was taken at a time. */
    void refund(long at, int count, long size);

    /** Replaces the tokens that were taken at a time with those that were counted. */
    void settle(long at, int count, long size, long counted);

    /** Records that a request no longer waits. */
    void left(Object request);

    /** Returns the limits in force: those of the caller's entry, or smaller ones of another replica. */
    Limits inForce();

    /** Returns whether they include all replicas. */
    default boolean areOfAllReplicas() {
        return false;
    }

    /** Changes the books if replicas share them; no lock may be held. */
    default void changeBooks(Consumer<SlotTraffic> change) {}

    /** Gives back what is held for waiting requests; no lock may be held. */
    default void close() {}

    /** Returns the minimum time for which a request must wait to learn when it may go. */
    Duration shortestWait();

    /** Returns whether they hold nothing that new ones would not. */
    boolean isFresh(long now);

    List<CallerStats.Usage> usage(long now);
}
