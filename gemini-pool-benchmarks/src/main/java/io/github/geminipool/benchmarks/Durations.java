package io.github.geminipool.benchmarks;

import java.util.Arrays;

/** How long each of many calls took. */
final class Durations {

    private final long[] sortedNanos;

    Durations(long[] nanos) {
        this.sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    int count() {
        return sortedNanos.length;
    }

    /** The time in microseconds within which a share of the calls ended. */
    double micros(double share) {
        if (sortedNanos.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.min(sortedNanos.length - 1, Math.floor(share * sortedNanos.length));
        return sortedNanos[index] / 1_000.0;
    }

    /** The share of calls that took as long or longer. */
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
