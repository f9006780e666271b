package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits of one caller, and their use. Not thread-safe. */
final class CallerAccount {

    /** A time that has always passed. */
    private static final long NOW = Long.MIN_VALUE;

    private final CallerLimits limits;
    private final CallerCounts counts;

    CallerAccount(CallerLimits limits, CallerCounts counts) {
        this.limits = limits;
        this.counts = counts;
    }

    /**
     * Returns when a call may go: a past time for now; {@link PoolClock#NEVER} if not before another call ends, or if the call is
     * too large.
     *
     * @param request the lease request of the call, which counts until it has {@link #left}
     * @param deadlineNanos until when it may wait
     */
    long nextAt(Object request, int active, int count, long size, long deadlineNanos, long now) {
        if (isFull(active) || isTooLarge(count, size)) {
            return PoolClock.NEVER;
        }
        return count == 0 ? NOW : counts.nextAt(request, count, size, deadlineNanos, now);
    }

    /** Returns whether a number of calls of a total size may go now, in addition to the active ones. */
    boolean admits(int active, int calls, int count, long size, long now) {
        return hasRoomFor(active + calls) && (count == 0 || counts.admits(calls, count, size, now));
    }

    private boolean hasRoomFor(int calls) {
        Integer most = limits.concurrency();
        return most == null || calls <= most;
    }

    /** Returns whether no further call may run beside this many. */
    boolean isFull(int active) {
        return !hasRoomFor(active + 1);
    }

    /** Returns whether a call is larger than the limit of a whole minute or day. */
    boolean isTooLarge(int count, long size) {
        Limits inForce = counts.inForce();
        return isAbove(inForce.requestsPerMinute(), count)
                || isAbove(inForce.tokensPerMinute(), size)
                || isAbove(inForce.requestsPerDay(), count);
    }

    private static boolean isAbove(@Nullable Integer limit, long amount) {
        return limit != null && amount > limit;
    }

    void take(long now, int count, long size) {
        if (count > 0) {
            counts.take(now, count, size);
        }
    }

    /** Gives back what a call took, since it was not sent. */
    void refund(long at, int count, long size) {
        if (count > 0) {
            counts.refund(at, count, size);
        }
    }

    /** Replaces the tokens of a call with those that were counted. */
    void settle(long at, int count, long size, long counted) {
        if (count > 0) {
            counts.settle(at, count, size, counted);
        }
    }

    /** Records that a request no longer waits. */
    void left(Object request) {
        counts.left(request);
    }

    Duration shortestWait() {
        return counts.shortestWait();
    }

    CallerCounts counts() {
        return counts;
    }

    /** Returns whether it holds nothing that a new one would not. */
    boolean isFresh(long now) {
        return counts.isFresh(now);
    }

    List<CallerStats.Usage> usage(long now) {
        return counts.usage(now);
    }

    /** Describes the limits. */
    String inWords() {
        Limits inForce = counts.inForce();
        List<String> words = new ArrayList<>();
        add(words, inForce.requestsPerMinute(), "requests a minute");
        add(words, inForce.tokensPerMinute(), "tokens a minute");
        add(words, inForce.requestsPerDay(), "requests a day");
        if (!words.isEmpty() && counts.areOfAllReplicas()) {
            words.set(words.size() - 1, words.get(words.size() - 1) + " over all replicas");
        }
        add(words, limits.concurrency(), "calls at the same time");
        return String.join(", ", words);
    }

    private static void add(List<String> words, @Nullable Integer limit, String what) {
        if (limit != null) {
            words.add(limit + " " + what);
        }
    }
}
