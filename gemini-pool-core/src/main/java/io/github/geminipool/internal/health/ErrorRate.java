package io.github.geminipool.internal.health;

import io.github.geminipool.settings.HealthSettings;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The share of failures among the attempts of the last few minutes. It keeps two windows; the earlier one counts by the part
 * of it that is still recent. Thread-safe, without locks.
 */
final class ErrorRate {

    /** A window is one word, so that it changes atomically: its number, then this many bits each of attempts and failures. */
    private static final int BITS = 20;

    private static final long MAX_COUNT = (1L << BITS) - 1;
    private static final long ONE_ATTEMPT = 1L << BITS;

    private static final AtomicLongFieldUpdater<ErrorRate> EVEN =
            AtomicLongFieldUpdater.newUpdater(ErrorRate.class, "even");
    private static final AtomicLongFieldUpdater<ErrorRate> ODD =
            AtomicLongFieldUpdater.newUpdater(ErrorRate.class, "odd");

    private final long windowNanos;
    private final int minimum;

    /** The latest window with an even number, and the latest with an odd one. */
    private volatile long even;

    private volatile long odd;

    ErrorRate(HealthSettings settings) {
        this.windowNanos = settings.window().toNanos();
        this.minimum = settings.minimumCalls();
    }

    /** Records the end of an attempt. */
    void record(boolean failure, long nowNanos) {
        long number = nowNanos / windowNanos;
        AtomicLongFieldUpdater<ErrorRate> windows = number % 2 == 0 ? EVEN : ODD;
        long before;
        long after;
        do {
            before = windows.get(this);
            after = (numberOf(before) >= number ? before : number << (2 * BITS)) + ONE_ATTEMPT + (failure ? 1 : 0);
            if (attemptsIn(after) == 0) {
                // The window has a million attempts: more would not change the rate.
                return;
            }
        } while (!windows.compareAndSet(this, before, after));
    }

    private static long numberOf(long window) {
        return window >>> (2 * BITS);
    }

    private static long attemptsIn(long window) {
        return (window >>> BITS) & MAX_COUNT;
    }

    private static long failuresIn(long window) {
        return window & MAX_COUNT;
    }

    /** Returns the rate at a time, from 0 to 1. */
    double at(long nowNanos) {
        return at(nowNanos, 0);
    }

    /** Returns the rate at a time, or 0 while there are too few attempts to rely on it. */
    double verdictAt(long nowNanos) {
        return at(nowNanos, minimum);
    }

    /** Forgets everything. */
    void reset() {
        even = 0;
        odd = 0;
    }

    private double at(long nowNanos, int minimumAttempts) {
        long number = nowNanos / windowNanos;
        long current = window(number);
        long earlier = window(number - 1);
        if (failuresIn(current) + failuresIn(earlier) == 0) {
            return 0;
        }
        double left = 1 - (double) (nowNanos % windowNanos) / windowNanos;
        double total = attemptsIn(current) + left * attemptsIn(earlier);
        return total == 0 || total < minimumAttempts ? 0 : (failuresIn(current) + left * failuresIn(earlier)) / total;
    }

    private long window(long number) {
        long window = number % 2 == 0 ? even : odd;
        return numberOf(window) == number ? window : 0;
    }
}
