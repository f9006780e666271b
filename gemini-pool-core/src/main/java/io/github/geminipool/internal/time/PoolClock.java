package io.github.geminipool.internal.time;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A pool's time: nanoseconds since the pool was made, so that they compare without care for overflow.
 * {@link #NEVER} is later than any other.
 */
public final class PoolClock {

    public static final long NEVER = Long.MAX_VALUE;

    private final TimeSource source;
    private final long origin;

    public PoolClock(TimeSource source) {
        this.source = source;
        this.origin = source.nanoTime();
    }

    public long nanos() {
        return source.nanoTime() - origin;
    }

    public Instant now() {
        return source.now();
    }

    /** The wall clock's time at an instant of this clock. */
    public Instant instantAt(long nanos) {
        return source.now().plusNanos(nanos - nanos());
    }

    /** This clock's time at an instant of the wall clock. */
    public long nanosAt(Instant instant) {
        return after(Duration.between(source.now(), instant));
    }

    /** This clock's time after a duration from now. */
    public long after(Duration duration) {
        return plus(nanos(), duration);
    }

    /** The sum, {@link #NEVER} where it would be greater than that. */
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

    /** See {@link TimeSource#await(Lock, Condition, long)}. */
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        source.await(lock, condition, untilNanos == NEVER ? NEVER : untilNanos + origin);
    }
}
