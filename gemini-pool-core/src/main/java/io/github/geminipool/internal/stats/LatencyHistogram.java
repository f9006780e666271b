package io.github.geminipool.internal.stats;

import io.github.geminipool.stats.LatencyStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How many attempts took about how long: each doubling of time is divided into eight, from microseconds to more than an hour.
 * Thread-safe; it takes a kilobyte.
 */
final class LatencyHistogram {

    private static final int PARTS_LOG = 3;
    private static final int PARTS = 1 << PARTS_LOG;

    /** Below 2 to this many microseconds all parts are as long. */
    private static final int FIRST = 6;

    /** From 2 to this many microseconds on, about 72 minutes, all is one. */
    private static final int LAST = 32;

    static final int BUCKETS = (LAST - FIRST + 1) * PARTS + 1;

    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final AtomicLongFieldUpdater<LatencyHistogram> TOTAL =
            AtomicLongFieldUpdater.newUpdater(LatencyHistogram.class, "totalNanos");
    private static final AtomicLongFieldUpdater<LatencyHistogram> MAX =
            AtomicLongFieldUpdater.newUpdater(LatencyHistogram.class, "maxNanos");

    // One array instead of an object each: of many keys, one is seldom in the processor's cache.
    private final int[] counts = new int[BUCKETS];
    private volatile long totalNanos;
    private volatile long maxNanos;

    void add(long nanos) {
        COUNT.getAndAdd(counts, bucket(nanos), 1);
        TOTAL.getAndAdd(this, nanos);
        long before = maxNanos;
        while (nanos > before && !MAX.compareAndSet(this, before, nanos)) {
            before = maxNanos;
        }
    }

    private static int bucket(long nanos) {
        long micros = Math.max(0, nanos / 1_000);
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros | 1);
        if (exponent >= LAST) {
            return BUCKETS - 1;
        }
        if (exponent < FIRST) {
            return (int) (micros >>> (FIRST - PARTS_LOG));
        }
        int part = (int) (micros >>> (exponent - PARTS_LOG)) & (PARTS - 1);
        return (exponent - FIRST + 1) * PARTS + part;
    }

    /** What is shorter than this is in this bucket or an earlier one. */
    private static long endNanos(int bucket) {
        int doubling = bucket / PARTS;
        long parts = 1L + bucket % PARTS;
        long micros =
                doubling == 0 ? parts << (FIRST - PARTS_LOG) : (PARTS + parts) << (FIRST - PARTS_LOG + doubling - 1);
        return TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** The sum of several. Not thread-safe. */
    static final class Sum {

        /** As long as it has to be: there are many of these in one report. */
        private long[] counts = {};

        private long count;
        private long totalNanos;
        private long maxNanos;

        void add(LatencyHistogram histogram) {
            long longest = histogram.maxNanos;
            int last = longest == 0 ? -1 : bucket(longest);
            if (last >= counts.length) {
                counts = Arrays.copyOf(counts, last + 1);
            }
            for (int i = 0; i <= last; i++) {
                // Twice as many as an int holds.
                long found = Integer.toUnsignedLong((int) COUNT.getOpaque(histogram.counts, i));
                counts[i] += found;
                count += found;
            }
            totalNanos += histogram.totalNanos;
            maxNanos = Math.max(maxNanos, longest);
        }

        LatencyStats stats() {
            return count == 0
                    ? LatencyStats.NONE
                    : new LatencyStats(
                            Duration.ofNanos(totalNanos / count),
                            percentile(0.5),
                            percentile(0.95),
                            percentile(0.99),
                            Duration.ofNanos(maxNanos));
        }

        private Duration percentile(double share) {
            long rank = Math.max(1, (long) Math.ceil(share * count));
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= rank && i < BUCKETS - 1) {
                    return Duration.ofNanos(Math.min(maxNanos, endNanos(i)));
                }
            }
            return Duration.ofNanos(maxNanos);
        }
    }
}
