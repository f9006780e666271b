package io.github.geminipool.wire.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Memory, threads, connections and tables do not grow during long use under chaos, with cancelled calls and streams that are
 * dropped half read. Takes ten minutes in the profile {@code soak}; {@code soak.seconds} makes it shorter.
 */
@Tag("alone")
@Tag("volume")
class SoakTest {

    private static final Duration LENGTH =
            Duration.ofSeconds(Long.getLong("soak.seconds", 60 * Long.getLong("soak.minutes", 0)));
    private static final long SEED = Long.getLong("chaos.wire.seed", 1);
    private static final int THREADS = 32;
    private static final int SAMPLES = 10;

    /** Samples ignored at first, while classes are loaded and caches fill. */
    private static final int WARM_UP = 2;

    private static final double MOST_BYTES_A_MINUTE = 1024 * 1024;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final Queue<String> breaches = new ConcurrentLinkedQueue<>();

    /** Figures at one time. */
    private record Sample(
            Duration at, long calls, long heap, int threads, int connections, Map<String, Integer> tables) {

        @Override
        public String toString() {
            return String.format(
                    "%6d s %9d calls %8.2f MiB %4d threads %4d connections %s",
                    at.toSeconds(), calls, heap / 1024.0 / 1024.0, threads, connections, new TreeMap<>(tables));
        }
    }

    @Test
    @Timeout(3_600)
    void nothingGrows() throws Exception {
        assumeTrue(
                LENGTH.toSeconds() > 0,
                "Only with: mvn -Psoak test -pl gemini-pool-core -am -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false");
        Chaos chaos = new Chaos(invariants, SEED);
        ChaosCaller.Shared shared = ChaosCaller.Shared.of(chaos, breaches::add, true);
        AtomicBoolean over = new AtomicBoolean();
        long began = System.nanoTime();
        List<Sample> samples = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            IntStream.range(0, THREADS)
                    .mapToObj(i -> new ChaosCaller(shared, SEED, i, () -> !over.get() && breaches.isEmpty()))
                    .forEach(caller -> all.add(CompletableFuture.runAsync(caller, threads)));
            all.add(CompletableFuture.runAsync(
                    () -> {
                        while (!over.get()) {
                            chaos.step();
                            Eventually.holds(over::get, Duration.ofMillis(100));
                        }
                    },
                    threads));
            for (int i = 1; i <= SAMPLES && breaches.isEmpty(); i++) {
                Duration next = LENGTH.multipliedBy(i).dividedBy(SAMPLES).minusNanos(System.nanoTime() - began);
                Eventually.holds(() -> !breaches.isEmpty() || all.stream().anyMatch(CompletableFuture::isDone), next);
                samples.add(sample(chaos, shared.begun().sum(), Duration.ofNanos(System.nanoTime() - began)));
                System.out.println(samples.get(samples.size() - 1));
            }
            over.set(true);
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        System.out.println("seed " + SEED + "; turned on: " + chaos.turns() + "; ends: " + shared.ends());
        assertThat(breaches).isEmpty();
        System.out.println("all keys are back after " + chaos.heal().toMillis() + " ms");
        chaos.checkCapacity();
        assertNothingIsLeft(chaos);
        assertFlat(samples.subList(WARM_UP, samples.size()));
        chaos.checkCounts();
    }

    @SuppressWarnings("SystemGC") // Garbage must not count as growth.
    private static Sample sample(Chaos chaos, long calls, Duration at) {
        System.gc();
        return new Sample(
                at,
                calls,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                chaos.simulator().openConnections(),
                PoolProbe.tableSizes(chaos.pool()));
    }

    @SuppressWarnings("SystemGC") // Dropped streams are closed when they are collected.
    private static void assertNothingIsLeft(Chaos chaos) {
        GeminiPool pool = chaos.pool();
        boolean none = Eventually.holds(
                () -> {
                    System.gc();
                    return pool.stats().active() == 0
                            && pool.stats().waiting() == 0
                            && List.of("answers", "calls", "repairs").stream()
                                    .allMatch(
                                            table -> PoolProbe.tableSizes(pool).getOrDefault(table, 0) == 0);
                },
                Duration.ofSeconds(20));
        assertThat(none)
                .as("leases, waiters or calls are left: %s, %s", pool.stats(), PoolProbe.tableSizes(pool))
                .isTrue();
    }

    private static void assertFlat(List<Sample> samples) {
        double heap = perMinute(samples, Sample::heap);
        System.out.printf("heap: %+.3f MiB a minute%n", heap / MOST_BYTES_A_MINUTE);
        assertThat(samples).allSatisfy(sample -> {
            assertThat(sample.threads()).isLessThan(THREADS + 4 * Chaos.SIZE + 60);
            assertThat(sample.connections()).isLessThanOrEqualTo(THREADS + 4 * Chaos.SIZE);
            assertThat(sample.tables().get("models")).isLessThanOrEqualTo(4);
            assertThat(sample.tables().get("exclusions")).isLessThan(100);
            assertThat(sample.tables().get("repairs")).isLessThan(20);
            assertThat(sample.tables().get("owners")).isZero();
            assertThat(sample.tables().get("calls")).isLessThanOrEqualTo(4 * Chaos.SIZE);
            assertThat(sample.tables().get("answers")).isLessThanOrEqualTo(8 * Chaos.SIZE);
            assertThat(sample.tables().get("tasks")).isLessThan(THREADS + 8 * Chaos.SIZE);
        });
        if (LENGTH.toMinutes() >= 5) {
            assertThat(heap).as("bytes a minute").isLessThanOrEqualTo(MOST_BYTES_A_MINUTE);
        }
    }

    /** Returns the slope by least squares. */
    private static double perMinute(List<Sample> samples, ToLongFunction<Sample> figure) {
        double meanAt = samples.stream()
                .mapToLong(sample -> sample.at().toMillis())
                .average()
                .orElseThrow();
        double mean = samples.stream().mapToLong(figure).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (Sample sample : samples) {
            double at = sample.at().toMillis() - meanAt;
            covariance += at * (figure.applyAsLong(sample) - mean);
            variance += at * at;
        }
        return 60_000 * covariance / variance;
    }
}
