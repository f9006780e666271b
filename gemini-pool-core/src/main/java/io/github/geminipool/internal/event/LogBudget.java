package io.github.geminipool.internal.event;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** So many lines in a while are enough to know that something is wrong; how many were left out is told later. Thread-safe. */
final class LogBudget {

    static final int LINES = 20;
    static final Duration WHILE = Duration.ofSeconds(10);

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private long since;
    private int lines;
    private long leftOut;

    LogBudget(LongSupplier nanos) {
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /**
     * Asks for a line.
     *
     * @return how many were left out before it; -1 if it is to be left out too
     */
    long take() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (now - since >= WHILE.toNanos()) {
                since = now;
                lines = 0;
            }
            if (lines >= LINES) {
                leftOut++;
                return -1;
            }
            lines++;
            long before = leftOut;
            leftOut = 0;
            return before;
        } finally {
            lock.unlock();
        }
    }
}
