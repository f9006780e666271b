package io.github.geminipool.internal.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/**
 * A timeout that is due before those of all reads and writes, and begins again when it is. Okio wakes its watchdog thread for
 * each timeout that is due first: where few calls run that is every one, twice, and takes longer than all that the pool does.
 * Begun with the first call; the cost is one wake-up a minute.
 */
final class StandingTimeout implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final long nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean begun;
    private boolean closed;
    private @Nullable Round round;

    /**
     * A timeout.
     *
     * @param readTimeout that of reads and writes, 0 where they have none
     */
    StandingTimeout(Duration readTimeout) {
        Duration half = readTimeout.dividedBy(2);
        this.nanos = (half.compareTo(LONGEST) < 0 ? half : LONGEST).toNanos();
        // Without timeouts the watchdog sleeps anyway.
        this.begun = nanos == 0;
    }

    /** Begins, unless it has. */
    void begin() {
        if (!begun) {
            begun = true;
            next();
        }
    }

    private void next() {
        lock.lock();
        try {
            if (!closed) {
                Round next = new Round();
                next.timeout(nanos, TimeUnit.NANOSECONDS);
                next.enter();
                round = next;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether it stands. */
    boolean stands() {
        lock.lock();
        try {
            return round != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (round != null) {
                round.exit();
                round = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Round extends AsyncTimeout {

        @Override
        protected void timedOut() {
            next();
        }
    }
}
