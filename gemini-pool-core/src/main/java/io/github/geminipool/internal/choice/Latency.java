package io.github.geminipool.internal.choice;

/** A moving average of latencies, in which recent ones weigh most. Guarded by the model pool's lock. */
final class Latency {

    private static final double WEIGHT_OF_LATEST = 0.1;

    private double meanNanos;

    /** One divided by the average: it changes once an attempt, but would be a divisor once a key. 0 while there is none. */
    private double inverse;

    void add(long nanos) {
        meanNanos = mean(meanNanos, nanos);
        inverse = meanNanos == 0 ? 0 : 1 / meanNanos;
    }

    /** Returns the average after one more value; 0 stands for no value yet. */
    static double mean(double before, long nanos) {
        return before == 0 ? nanos : before + WEIGHT_OF_LATEST * (nanos - before);
    }

    void reset() {
        meanNanos = 0;
        inverse = 0;
    }

    /** Returns another average divided by this one; 1 while either has no value. */
    double relative(double otherNanos) {
        return inverse == 0 || otherNanos == 0 ? 1 : otherNanos * inverse;
    }
}
