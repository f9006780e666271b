package io.github.geminipool.internal.pool;

/** A mean in which the latest values count most. Guarded by the model pool's lock. */
final class Latency {

    private static final double WEIGHT_OF_LATEST = 0.1;

    private double meanNanos;

    void add(long nanos) {
        meanNanos = meanNanos == 0 ? nanos : meanNanos + WEIGHT_OF_LATEST * (nanos - meanNanos);
    }

    void reset() {
        meanNanos = 0;
    }

    /** This mean by the other, 1 while either has no value. */
    double relativeTo(Latency other) {
        return meanNanos == 0 || other.meanNanos == 0 ? 1 : meanNanos / other.meanNanos;
    }
}
