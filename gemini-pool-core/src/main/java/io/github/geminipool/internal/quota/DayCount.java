package io.github.geminipool.internal.quota;

import io.github.geminipool.internal.time.PacificDay;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many requests were sent since midnight Pacific time. The wall clock is asked only where a day may have ended, and
 * a day that has begun does not begin again where that clock goes back. Not thread-safe.
 */
final class DayCount {

    private final LongFunction<Instant> wallClock;
    private int limit;
    private int used;
    private boolean full;
    private @Nullable Instant ends;
    private long beganNanos = Long.MIN_VALUE;
    private long endsNanos = Long.MIN_VALUE;

    DayCount(int limit, LongFunction<Instant> wallClock) {
        this.limit = limit;
        this.wallClock = wallClock;
    }

    int limit() {
        return limit;
    }

    void limit(int newLimit) {
        limit = newLimit;
    }

    /** How many were sent since midnight; all that may be, where the server says so. */
    int used(long now) {
        boolean usedUp = nextSlot(now) > now;
        return usedUp ? limit : Math.min(used, limit);
    }

    /** When one more may be sent: now, or when the day is over. */
    long nextSlot(long now) {
        if (now >= endsNanos || isUsedUp()) {
            turn(now);
        }
        return isUsedUp() ? endsNanos : now;
    }

    /** Whether the day that was last looked at is over. */
    boolean isOver(long now) {
        return now >= endsNanos;
    }

    private boolean isUsedUp() {
        return full || used >= limit;
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

    void add(long at) {
        if (at >= endsNanos) {
            turn(at);
        }
        used++;
    }

    void remove(long at) {
        if (at >= beganNanos && used > 0) {
            used--;
        }
    }

    /** The server says that the day is used up. */
    void fill(long now) {
        turn(now);
        full = true;
    }

    /** Takes back what the server said. */
    void reopen() {
        full = false;
    }
}
