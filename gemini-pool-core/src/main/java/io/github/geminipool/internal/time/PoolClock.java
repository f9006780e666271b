package io.github.geminipool.internal.time;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A pool's clock. Its times are nanoseconds since the pool was created, so they can be compared without regard to
 * overflow. Thread-safe.
 */
public final class PoolClock {

    /** Later than any other time. */
    public static final long NEVER = Long.MAX_VALUE;

    private final TimeSource source;
    private final long origin;

    /** Creates a clock that starts at 0. */
    public PoolClock(TimeSource source) {
        this.source = source;
        this.origin = source.nanoTime();
    }

    /** Returns the current time of this clock. */
    public long nanos() {
        return source.nanoTime() - origin;
    }

    /** Returns the current time of the wall clock. */
    public Instant now() {
        return source.now();
    }

    /** Converts a time of this clock to one of the wall clock. */
    public Instant instantAt(long nanos) {
        return source.now().plusNanos(nanos - nanos());
    }

    /** Converts a time of the wall clock to one of this clock. */
    public long nanosAt(Instant instant) {
        return after(Duration.between(source.now(), instant));
    }

    /** Returns the time of this clock at a duration from now. */
    public long after(Duration duration) {
        return plus(nanos(), duration);
    }

    /** Adds a duration to a time; returns {@link #NEVER} instead of overflowing. */
    public static long plus(long nanos, Duration duration) {
        long length = saturated(duration);
        return length > 0 && nanos > NEVER - length ? NEVER : nanos + length;
    }

    private static long saturated(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? -NEVER : NEVER;
        }
    }

    /**
     * Waits on a condition until it is signalled or a time has come; may return early.
     *
     * @param untilNanos a time of this clock; {@link #NEVER} waits for the signal only
     * @see TimeSource#await(Lock, Condition, long)
     */
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        source.await(lock, condition, untilNanos == NEVER ? NEVER : untilNanos + origin);
    }
}
