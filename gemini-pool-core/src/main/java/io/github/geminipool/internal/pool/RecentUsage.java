package io.github.geminipool.internal.pool;

/** Counts uses of about the last minute. Guarded by the model pool's lock. */
final class RecentUsage {

    private static final long WINDOW_NANOS = 60_000_000_000L;

    private long window;
    private int current;
    private int previous;

    void add(long nowNanos) {
        roll(nowNanos);
        current++;
    }

    /** The uses of this window, and of the one before as far as it is within the last minute. */
    double at(long nowNanos) {
        roll(nowNanos);
        return current + previous * (1 - (double) (nowNanos % WINDOW_NANOS) / WINDOW_NANOS);
    }

    private void roll(long nowNanos) {
        long index = nowNanos / WINDOW_NANOS;
        if (index > window) {
            previous = index == window + 1 ? current : 0;
            current = 0;
            window = index;
        }
    }

    void reset() {
        current = 0;
        previous = 0;
    }
}
