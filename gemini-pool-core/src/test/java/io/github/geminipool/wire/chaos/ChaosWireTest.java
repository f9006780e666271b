package io.github.geminipool.wire.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many threads call in all forms while keys, projects, quotas and the network fail and recover. The property
 * {@code chaos.calls} is the number of calls; the profile {@code soak} makes a million. {@code chaos.wire.seed} changes the order.
 */
@Tag("alone")
@Tag("volume")
@Tag("wire")
@Tag("once") // Single calls are tested on each OkHttp.
class ChaosWireTest {

    private static final long CALLS = Long.getLong("chaos.calls", 3_000);
    private static final long SEED = Long.getLong("chaos.wire.seed", 1);
    private static final int THREADS = 64;

    /** Number of calls between two changes. */
    private static final int STEP = 15;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final Queue<String> breaches = new ConcurrentLinkedQueue<>();

    @Test
    @Timeout(7_200)
    void noCallFailsForAKeysFaultAndAllIsBackAfterTheLastOne() throws Exception {
        long began = System.nanoTime();
        Chaos chaos = new Chaos(invariants, SEED);
        ChaosCaller.Shared shared = ChaosCaller.Shared.of(chaos, breaches::add, false);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<CompletableFuture<Void>> callers = IntStream.range(0, THREADS)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            new ChaosCaller(
                                    shared, SEED, i, () -> shared.begun().sum() < CALLS && breaches.isEmpty()),
                            threads))
                    .toList();
            CompletableFuture<Void> all = CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new));
            while (!all.isDone()) {
                chaos.step();
                long next = shared.begun().sum() + STEP;
                Eventually.holds(() -> all.isDone() || shared.begun().sum() >= next, Duration.ofMillis(200));
            }
            all.get(1, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        Duration called = Duration.ofNanos(System.nanoTime() - began);
        System.out.println("seed " + SEED + ": " + shared.begun() + " calls in " + called.toMillis() + " ms, "
                + chaos.simulator().requestCount() + " requests; turned on: " + chaos.turns() + "; ends: "
                + shared.ends());
        assertThat(breaches).isEmpty();
        assertThat(chaos.turns()).as("kinds of trouble").containsOnlyKeys(chaos.kinds());
        Duration back = chaos.heal();
        System.out.println("all keys are back after " + back.toMillis() + " ms");
        chaos.checkCapacity();
        chaos.checkCounts();
        assertThat(chaos.pool().stats().active()).isZero();
        assertThat(chaos.pool().stats().waiting()).isZero();
    }
}
