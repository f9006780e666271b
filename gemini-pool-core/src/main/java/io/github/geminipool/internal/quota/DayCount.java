package io.github.geminipool.internal.quota;

import io.github.geminipool.internal.time.PacificDay;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests since midnight Pacific time. It reads the wall clock only when the day may have ended, and does not
 * begin a day twice if that clock goes back. Not thread-safe.
 */
public final class DayCount {

    private final LongFunction<Instant> wallClock;
    private int limit;
    private int used;
    private boolean full;
    private @Nullable Instant ends;
    private long beganNanos = Long.MIN_VALUE;
    private long endsNanos = Long.MIN_VALUE;

    public DayCount(int limit, LongFunction<Instant> wallClock) {
        this.limit = limit;
        this.wallClock = wallClock;
    }

    public int limit() {
        return limit;
    }

    void limit(int newLimit) {
        limit = newLimit;
    }

    /** Returns the number of requests since midnight; the limit if Gemini reported that the day is used up. */
    public int used(long now) {
        boolean usedUp = nextSlot(now, 1) > now;
        return usedUp ? limit : Math.min(used, limit);
    }

    /** Returns when a number of requests may be sent: now, or when the day is over. */
    public long nextSlot(long now, int requests) {
        if (now >= endsNanos || isUsedUp(requests)) {
            turn(now);
        }
        return isUsedUp(requests) ? endsNanos : now;
    }

    /** Returns whether the day of the latest check is over. */
    boolean isOver(long now) {
        return now >= endsNanos;
    }

    private boolean isUsedUp(int requests) {
        return full || used + (long) requests > limit;
    }

    private void turn(long now) {
        Instant wall = wallClock.apply(now);
        Instant end = ends;
        if (end == null || !wall.isBefore(end)) {
            end = PacificDay.endAfter(wall);
            ends = end;
            used = 0;
            full = false;
            beganNanos = now;
        }
        endsNanos = now + Math.max(1, Duration.between(wall, end).toNanos());
    }

    public void add(long at, int requests) {
        if (at >= endsNanos) {
            turn(at);
        }
        used += requests;
    }

    public void remove(long at, int requests) {
        if (at >= beganNanos) {
            used = Math.max(0, used - requests);
        }
    }

    /** Records that Gemini reported the day as used up. */
    void fill(long now) {
        turn(now);
        full = true;
    }

    /** Forgets that Gemini reported the day as used up. */
    void reopen() {
        full = false;
    }
}
