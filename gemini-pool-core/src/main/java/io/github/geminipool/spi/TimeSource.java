package io.github.geminipool.spi;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Time, and waiting for it to pass. A pool asks nobody else, so that a test may own its time.
 *
 * <p>Implementations must be thread-safe.
 */
public interface TimeSource {

    /** The time of the wall clock, for what is agreed with the outside: resets of quotas, reports. */
    Instant now();

    /** Nanoseconds of a clock that never goes back; only differences mean something. */
    long nanoTime();

    /**
     * Waits on a condition until it is signalled or {@link #nanoTime()} has reached an instant, whichever comes
     * first; may also return for no reason.
     *
     * @param lock the condition's lock, which the caller holds
     * @param condition what is signalled
     * @param untilNanos a value of {@link #nanoTime()}; {@link Long#MAX_VALUE} waits for the signal only
     * @throws InterruptedException if the waiting thread is interrupted
     */
    void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException;

    /** The time of this machine. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
