package io.github.geminipool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.stats.LatencyStats;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    private static LatencyStats of(long... nanos) {
        LatencyHistogram histogram = new LatencyHistogram();
        Arrays.stream(nanos).forEach(histogram::add);
        return sum(histogram);
    }

    private static LatencyStats sum(LatencyHistogram... histograms) {
        LatencyHistogram.Sum sum = new LatencyHistogram.Sum();
        Arrays.stream(histograms).forEach(sum::add);
        return sum.stats();
    }

    @Test
    void withoutDurationsAllIsZero() {
        assertThat(of()).isEqualTo(LatencyStats.NONE);
    }

    @Test
    void allValuesOfOneDurationAreThatDuration() {
        Duration one = Duration.ofMillis(1_234);
        assertThat(of(one.toNanos())).isEqualTo(new LatencyStats(one, one, one, one, one));
    }

    @Test
    void percentilesAreNeverTooLowAndAtMostAnEighthTooHigh() {
        Random random = new Random(1);
        for (int run = 0; run < 200; run++) {
            long[] nanos = random.longs(1 + random.nextInt(500), 64_000, 1L << (20 + random.nextInt(21)))
                    .sorted()
                    .toArray();
            LatencyStats stats = of(nanos);
            assertBetween(stats.p50(), nanos, 0.5);
            assertBetween(stats.p95(), nanos, 0.95);
            assertBetween(stats.p99(), nanos, 0.99);
            assertThat(stats.max().toNanos()).isEqualTo(nanos[nanos.length - 1]);
            assertThat(stats.mean().toNanos()).isEqualTo(Arrays.stream(nanos).sum() / nanos.length);
        }
    }

    private static void assertBetween(Duration found, long[] sorted, double share) {
        long exact = sorted[Math.max(1, (int) Math.ceil(share * sorted.length)) - 1];
        assertThat(found.toNanos()).isBetween(exact, exact + exact / 8 + 1_000);
    }

    @Test
    void takesTheShortestAndTheLongestDurations() {
        Duration hours = Duration.ofHours(30);
        LatencyStats stats = of(0, 1, 999, hours.toNanos());
        assertThat(stats.p50()).isLessThanOrEqualTo(Duration.ofNanos(8_000));
        assertThat(stats.p99()).isEqualTo(hours);
    }

    @Test
    void addsUpHistograms() {
        LatencyHistogram fast = new LatencyHistogram();
        LatencyHistogram slow = new LatencyHistogram();
        for (int i = 0; i < 90; i++) {
            fast.add(1_000_000);
        }
        for (int i = 0; i < 10; i++) {
            slow.add(1_000_000_000);
        }
        LatencyStats stats = sum(fast, slow);
        assertThat(stats.p50()).isLessThan(Duration.ofMillis(2));
        assertThat(stats.p95()).isEqualTo(Duration.ofSeconds(1));
        assertThat(stats.mean()).isEqualTo(Duration.ofNanos((90 * 1_000_000L + 10 * 1_000_000_000L) / 100));
    }
}
