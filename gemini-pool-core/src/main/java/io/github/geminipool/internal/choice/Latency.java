package io.github.geminipool.internal.choice;

/** A mean in which the latest values count most. Guarded by the model pool's lock. */
public final class Latency {

    private static final double WEIGHT_OF_LATEST = 0.1;

    private double meanNanos;

    public void add(long nanos) {
        meanNanos = mean(meanNanos, nanos);
    }

    /** The mean after one more value; 0 means that there was none before. */
    public static double mean(double before, long nanos) {
        return before == 0 ? nanos : before + WEIGHT_OF_LATEST * (nanos - before);
    }

    public void reset() {
        meanNanos = 0;
    }

    /** Another mean by this one, 1 while either has no value. */
    public double relative(double otherNanos) {
        return meanNanos == 0 || otherNanos == 0 ? 1 : otherNanos / meanNanos;
    }
}
