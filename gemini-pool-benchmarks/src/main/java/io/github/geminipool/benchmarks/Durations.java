package io.github.geminipool.benchmarks;

import java.util.Arrays;

/** Durations of many calls. */
final class Durations {

    private final long[] sortedNanos;

    Durations(long[] nanos) {
        this.sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    int count() {
        return sortedNanos.length;
    }

    /** Returns a percentile in microseconds. */
    double micros(double share) {
        if (sortedNanos.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.min(sortedNanos.length - 1, Math.floor(share * sortedNanos.length));
        return sortedNanos[index] / 1_000.0;
    }

    /** Returns the share of calls that took at least a duration. */
    double shareFrom(long millis) {
        long longer = Arrays.stream(sortedNanos)
                .filter(nanos -> nanos >= millis * 1_000_000)
                .count();
        return sortedNanos.length == 0 ? 0 : (double) longer / sortedNanos.length;
    }

    Durations and(Durations others) {
        long[] both = Arrays.copyOf(sortedNanos, sortedNanos.length + others.sortedNanos.length);
        System.arraycopy(others.sortedNanos, 0, both, sortedNanos.length, others.sortedNanos.length);
        return new Durations(both);
    }
}
