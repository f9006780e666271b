package io.github.geminipool.internal.health;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The share of failures among what was recorded in about the last five minutes: two windows, the older one counting
 * by the part of it that is still within them.
 */
final class ErrorRate {

    private static final long WINDOW_NANOS = 300_000_000_000L;

    /** So many records at least make a verdict. */
    private static final int MINIMUM = 20;

    private record Windows(long index, int total, int failed, int earlierTotal, int earlierFailed) {

        Windows rolledTo(long newIndex) {
            if (newIndex <= index) {
                return this;
            }
            return newIndex == index + 1
                    ? new Windows(newIndex, 0, 0, total, failed)
                    : new Windows(newIndex, 0, 0, 0, 0);
        }
    }

    private final AtomicReference<Windows> windows = new AtomicReference<>(new Windows(0, 0, 0, 0, 0));

    void record(boolean failure, long nowNanos) {
        long index = nowNanos / WINDOW_NANOS;
        windows.updateAndGet(before -> {
            Windows now = before.rolledTo(index);
            return new Windows(
                    now.index, now.total + 1, now.failed + (failure ? 1 : 0), now.earlierTotal, now.earlierFailed);
        });
    }

    double at(long nowNanos) {
        return at(nowNanos, 0);
    }

    /** The share, or 0 while too little was recorded for a verdict. */
    double verdictAt(long nowNanos) {
        return at(nowNanos, MINIMUM);
    }

    private double at(long nowNanos, int minimum) {
        Windows now = windows.getAcquire().rolledTo(nowNanos / WINDOW_NANOS);
        if (now.failed + now.earlierFailed == 0) {
            return 0;
        }
        double earlier = 1 - (double) (nowNanos % WINDOW_NANOS) / WINDOW_NANOS;
        double total = now.total + earlier * now.earlierTotal;
        return total == 0 || total < minimum ? 0 : (now.failed + earlier * now.earlierFailed) / total;
    }
}
