package io.github.geminipool.internal.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides which failures witness an outage. A request that fails again and again counts as one failure: it may be at
 * fault itself, unless it has succeeded recently. Thread-safe.
 */
final class Witnesses {

    /** Maximum number of requests remembered. */
    private static final int REMEMBERED = 256;

    /** A request counts once in this time. */
    private static final long APART_NANOS = 10_000_000_000L;

    /** A request that has succeeded within this time is not at fault. */
    private static final long GOOD_NANOS = 3_600_000_000_000L;

    /** One success in this time is remembered: enough to know requests that are made again and again. */
    private static final long SAMPLE_NANOS = 1_000_000_000L;

    private final AtomicLong nextSample = new AtomicLong(Long.MIN_VALUE);
    private final ReentrantLock lock = new ReentrantLock();

    /** By fingerprint, when they last counted and when they last succeeded; guarded by the lock. */
    private final Map<Long, Long> counted = new Remembered();

    private final Map<Long, Long> succeeded = new Remembered();

    private static final class Remembered extends LinkedHashMap<Long, Long> {

        private static final long serialVersionUID = 1;

        Remembered() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > REMEMBERED;
        }
    }

    /** Returns whether a success at a time is to be recorded; true once in a while. */
    boolean isSampleDue(long nanos) {
        long due = nextSample.get();
        return nanos >= due && nextSample.compareAndSet(due, nanos + SAMPLE_NANOS);
    }

    /** Records that a request succeeded. */
    void succeeded(long print, long nanos) {
        lock.lock();
        try {
            succeeded.put(print, nanos);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns whether the failure of a request counts.
     *
     * @param print the fingerprint of the request; 0 if unknown
     */
    boolean counts(long print, long nanos) {
        if (print == 0) {
            return true;
        }
        lock.lock();
        try {
            Long good = succeeded.get(print);
            if (good != null && nanos - good <= GOOD_NANOS) {
                return true;
            }
            Long before = counted.get(print);
            if (before != null && nanos - before < APART_NANOS) {
                return false;
            }
            counted.put(print, nanos);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
