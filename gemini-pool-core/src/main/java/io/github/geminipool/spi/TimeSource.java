package io.github.geminipool.spi;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * The clock of a pool, and its way to wait. A pool has no other source of time, so that tests can control it.
 *
 * <p>Implementations must be thread-safe.
 */
public interface TimeSource {

    /** Returns the wall-clock time, for instants outside the pool: quota resets, reports. */
    Instant now();

    /** Returns nanoseconds of a monotonic clock. Only differences between two values have a meaning. */
    long nanoTime();

    /**
     * Waits until a condition is signalled or {@link #nanoTime()} reaches a value. May also return spuriously.
     *
     * @param lock the lock of the condition; the caller holds it
     * @param condition the condition to wait for
     * @param untilNanos a value of {@link #nanoTime()}; {@link Long#MAX_VALUE} waits without a timeout
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException;

    /** Returns the system's clock. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
