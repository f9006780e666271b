package io.github.geminipool.internal.books;

import io.github.geminipool.internal.time.PacificDay;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongFunction;

/**
 * The number of requests that this replica has sent since midnight Pacific time, which it reports if the books are lost. Not
 * thread-safe.
 */
final class OwnDay {

    private final LongFunction<Instant> wallClock;
    private long endsNanos = Long.MIN_VALUE;
    private int requests;
    private int alone;

    OwnDay(LongFunction<Instant> wallClock) {
        this.wallClock = wallClock;
    }

    /**
     * Adds requests.
     *
     * @param isAlone whether they were sent without slots
     */
    void add(int more, boolean isAlone, long now) {
        turn(now);
        requests += more;
        alone += isAlone ? more : 0;
    }

    private void turn(long now) {
        if (now >= endsNanos) {
            Instant wall = wallClock.apply(now);
            endsNanos = now
                    + Math.max(
                            1, Duration.between(wall, PacificDay.endAfter(wall)).toNanos());
            requests = 0;
            alone = 0;
        }
    }

    void remove(int fewer, boolean isAlone) {
        requests = Math.max(0, requests - fewer);
        alone = Math.max(0, alone - (isAlone ? fewer : 0));
    }

    int requests(long now) {
        turn(now);
        return requests;
    }

    /** Returns the number sent without slots and not yet reported. */
    int alone(long now) {
        turn(now);
        return alone;
    }

    void reported() {
        alone = 0;
    }
}
