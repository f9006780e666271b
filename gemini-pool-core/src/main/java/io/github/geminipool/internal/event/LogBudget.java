package io.github.geminipool.internal.event;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Limits the number of log lines per period, and counts the suppressed ones. Thread-safe. */
final class LogBudget {

    static final int LINES = 20;
    static final Duration PERIOD = Duration.ofSeconds(10);

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private long since;
    private int lines;
    private long suppressed;

    LogBudget(LongSupplier nanos) {
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /**
     * Takes a line from the budget.
     *
     * @return number of lines suppressed before this one; -1 if this line is to be suppressed too
     */
    long take() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (now - since >= PERIOD.toNanos()) {
                since = now;
                lines = 0;
            }
            if (lines >= LINES) {
                suppressed++;
                return -1;
            }
            lines++;
            long before = suppressed;
            suppressed = 0;
            return before;
        } finally {
            lock.unlock();
        }
    }
}
