package io.github.geminipool.internal.stats;

import io.github.geminipool.stats.LatencyStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A histogram of durations from microseconds to more than an hour, with eight buckets for each doubling. Takes about a kilobyte of
 * memory. Thread-safe.
 */
final class LatencyHistogram {

    private static final int PARTS_LOG = 3;
    private static final int PARTS = 1 << PARTS_LOG;

    /** Below 2^FIRST microseconds all buckets have the same width. */
    private static final int FIRST = 6;

    /** Durations from 2^LAST microseconds (about 72 minutes) share the last bucket. */
    private static final int LAST = 32;

    static final int BUCKETS = (LAST - FIRST + 1) * PARTS + 1;

    /** The percentiles of {@link LatencyStats}, in ascending order. */
    private static final double[] SHARES = {0.5, 0.95, 0.99};

    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final AtomicLongFieldUpdater<LatencyHistogram> TOTAL =
            AtomicLongFieldUpdater.newUpdater(LatencyHistogram.class, "totalNanos");
    private static final AtomicLongFieldUpdater<LatencyHistogram> MAX =
            AtomicLongFieldUpdater.newUpdater(LatencyHistogram.class, "maxNanos");

    // One array instead of counter objects: with many keys each object would be another cache miss. The counts are
    // unsigned.
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

    /** Returns the number of durations. */
    long count() {
        long sum = 0;
        int last = bucket(maxNanos);
        for (int i = 0; i <= last; i++) {
            sum += Integer.toUnsignedLong(counts[i]);
        }
        return sum;
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

    /** Returns the end of a bucket, exclusive. */
    private static long endNanos(int bucket) {
        int doubling = bucket / PARTS;
        long parts = 1L + bucket % PARTS;
        long micros =
                doubling == 0 ? parts << (FIRST - PARTS_LOG) : (PARTS + parts) << (FIRST - PARTS_LOG + doubling - 1);
        return TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** Adds up histograms. Not thread-safe. */
    static final class Sum {

        private final long[] counts = new long[BUCKETS];

        /** Number of buckets in use; all further ones are empty. */
        private int used;

        private long count;
        private long totalNanos;
        private long maxNanos;

        void clear() {
            Arrays.fill(counts, 0, used, 0);
            used = 0;
            count = 0;
            totalNanos = 0;
            maxNanos = 0;
        }

        long count() {
            return count;
        }

        void add(LatencyHistogram histogram) {
            long max = histogram.maxNanos;
            int last = bucket(max);
            int[] added = histogram.counts;
            for (int i = 0; i <= last; i++) {
                long found = Integer.toUnsignedLong(added[i]);
                counts[i] += found;
                count += found;
            }
            used = Math.max(used, last + 1);
            totalNanos += histogram.totalNanos;
            maxNanos = Math.max(maxNanos, max);
        }

        void add(Sum other) {
            for (int i = 0; i < other.used; i++) {
                counts[i] += other.counts[i];
            }
            used = Math.max(used, other.used);
            count += other.count;
            totalNanos += other.totalNanos;
            maxNanos = Math.max(maxNanos, other.maxNanos);
        }

        LatencyStats stats() {
            if (count == 0) {
                return LatencyStats.NONE;
            }
            int bucket = 0;
            long seen = counts[0];
            Duration[] percentiles = new Duration[SHARES.length];
            for (int i = 0; i < SHARES.length; i++) {
                long rank = Math.max(1, (long) Math.ceil(SHARES[i] * count));
                while (seen < rank) {
                    seen += counts[++bucket];
                }
                percentiles[i] = atMost(bucket);
            }
            return new LatencyStats(
                    Duration.ofNanos(totalNanos / count),
                    percentiles[0],
                    percentiles[1],
                    percentiles[2],
                    Duration.ofNanos(maxNanos));
        }

        /** Returns the end of a bucket, or the maximum if that is shorter. */
        private Duration atMost(int bucket) {
            return Duration.ofNanos(bucket == BUCKETS - 1 ? maxNanos : Math.min(maxNanos, endNanos(bucket)));
        }
    }
}
