package io.github.geminipool.internal.health;

import io.github.geminipool.settings.HealthSettings;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The share of failures among what was recorded in about the last few minutes: two windows, the older one counting by the
 * part of it that is still within them.
 */
final class ErrorRate {

    /** A window is one word, so that it changes in one step: its number, and so many bits of records and of failures. */
    private static final int BITS = 20;

    private static final long MOST = (1L << BITS) - 1;
    private static final long RECORD = 1L << BITS;

    private static final AtomicLongFieldUpdater<ErrorRate> EVEN =
            AtomicLongFieldUpdater.newUpdater(ErrorRate.class, "even");
    private static final AtomicLongFieldUpdater<ErrorRate> ODD =
            AtomicLongFieldUpdater.newUpdater(ErrorRate.class, "odd");

    private final long windowNanos;
    private final int minimum;

    /** The latest window of an even number, and the latest of an odd one. */
    private volatile long even;

    private volatile long odd;

    ErrorRate(HealthSettings settings) {
        this.windowNanos = settings.window().toNanos();
        this.minimum = settings.minimumCalls();
    }

    void record(boolean failure, long nowNanos) {
        long number = nowNanos / windowNanos;
        AtomicLongFieldUpdater<ErrorRate> windows = number % 2 == 0 ? EVEN : ODD;
        long before;
        long after;
        do {
            before = windows.get(this);
            after = (numberOf(before) >= number ? before : number << (2 * BITS)) + RECORD + (failure ? 1 : 0);
            if (recordsIn(after) == 0) {
                // A million in one window: more of them tell nothing new.
                return;
            }
        } while (!windows.compareAndSet(this, before, after));
    }

    private static long numberOf(long window) {
        return window >>> (2 * BITS);
    }

    private static long recordsIn(long window) {
        return (window >>> BITS) & MOST;
    }

    private static long failuresIn(long window) {
        return window & MOST;
    }

    double at(long nowNanos) {
        return at(nowNanos, 0);
    }

    /** The share, or 0 while too little was recorded for a verdict. */
    double verdictAt(long nowNanos) {
        return at(nowNanos, minimum);
    }

    /** Forgets everything. */
    void reset() {
        even = 0;
        odd = 0;
    }

    private double at(long nowNanos, int fewest) {
        long number = nowNanos / windowNanos;
        long current = window(number);
        long earlier = window(number - 1);
        if (failuresIn(current) + failuresIn(earlier) == 0) {
            return 0;
        }
        double left = 1 - (double) (nowNanos % windowNanos) / windowNanos;
        double total = recordsIn(current) + left * recordsIn(earlier);
        return total == 0 || total < fewest ? 0 : (failuresIn(current) + left * failuresIn(earlier)) / total;
    }

    private long window(long number) {
        long window = number % 2 == 0 ? even : odd;
        return numberOf(window) == number ? window : 0;
    }
}
