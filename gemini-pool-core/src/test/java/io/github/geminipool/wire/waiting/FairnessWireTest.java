package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.testing.PoolInvariants;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose turn it is, in real time on the simulator. The property {@code fairness.seconds} says for how long; the profile {@code soak}
 * measures two minutes after one in which the quotas fill up, and prints the table of the docs.
 */
@Tag("wire")
@Tag("alone")
@Tag("volume")
@Tag("once")
@Timeout(600)
class FairnessWireTest {

    private static final Logger log = LoggerFactory.getLogger(FairnessWireTest.class);
    private static final int SECONDS = Integer.getInteger("fairness.seconds", 5);
    private static final int WHOLE_SECONDS = 60;
    private static final int PROJECTS = 5;
    private static final int LIMIT = 60;
    private static final int USERS = 50;
    private static final Duration ANSWERED_AFTER = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(20);

    /** A simulator with a pool of its own, and those who call it. */
    private static final class Scene implements AutoCloseable {

        private final String name;
        private final GeminiSimulator simulator;
        private final GeminiPool pool;
        private final Random random = new Random(1);
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final Queue<Double> waits = new ConcurrentLinkedQueue<>();
        private final Queue<CompletableFuture<?>> others = new ConcurrentLinkedQueue<>();
        private final AtomicInteger asked = new AtomicInteger();
        private int before;
        private volatile boolean ended;

        Scene(String name) {
            this.name = name;
            GeminiSimulatorBuilder builder = GeminiSimulator.builder();
            for (int i = 0; i < PROJECTS; i++) {
                String project = "p" + i;
                builder.key(PoolInvariants.secretOf(project), options -> options.project(project));
            }
            simulator = builder.quota(Quota.requestsPerMinute(LIMIT))
                    .latency(Latency.fixed(ANSWERED_AFTER))
                    .start();
            var pools = GeminiPool.builder()
                    .settings(GeminiPoolSettings.DEFAULTS
                            .withSize(64)
                            .withAcquireTimeout(LONG)
                            .withBaseUrl(URI.create(simulator.baseUrl())));
            for (int i = 0; i < PROJECTS; i++) {
                pools.key(ApiKey.of(PoolInvariants.secretOf("p" + i))
                                .named("k" + i)
                                .inProject("p" + i))
                        .project(Project.of("p" + i).withLimits(Limits.NONE.withRequestsPerMinute(LIMIT)));
            }
            pool = pools.build();
        }

        private CompletableFuture<GenerationResult> ask(@Nullable String caller, @Nullable Priority priority) {
            GenerationRequest request = GenerationRequest.of("Hi").model("m");
            request = caller == null ? request : request.caller(caller);
            return pool.tryGenerateContentAsync(priority == null ? request : request.priority(priority));
        }

        /** Has so many calls waiting from the start; as many always, if there is {@code again}. */
        Scene crowd(int number, @Nullable String caller, @Nullable Priority priority, boolean again) {
            for (int i = 0; i < number; i++) {
                others.add(ask(caller, priority).whenComplete((result, e) -> {
                    if (again && !ended) {
                        timer.execute(() -> crowd(1, caller, priority, true));
                    }
                }));
            }
            return this;
        }

        void begins() {
            before = simulator.requests().size();
        }

        /** Has somebody call at random times, so many seconds apart on average. */
        void nowAndThen(@Nullable String caller, double seconds) {
            double pause = -Math.log(1 - random.nextDouble()) * seconds;
            timer.schedule(() -> askNow(caller, seconds), (long) (pause * 1e6), TimeUnit.MICROSECONDS)
                    .isDone();
        }

        private void askNow(@Nullable String caller, double seconds) {
            if (!ended) {
                nowAndThen(caller, seconds);
                asked.incrementAndGet();
                long since = System.nanoTime();
                ask(caller, null).thenAccept(result -> answered(result, since)).isDone();
            }
        }

        private void answered(GenerationResult result, long since) {
            if (result.isSuccess() && !ended) {
                waits.add((System.nanoTime() - since - ANSWERED_AFTER.toNanos()) / 1e9);
            }
        }

        void ends() {
            ended = true;
        }

        private double wait(double part) {
            List<Double> sorted = new ArrayList<>(waits);
            sorted.sort(null);
            // Who has no answer yet has waited longest.
            int index = (int) (asked.get() * part);
            return index < sorted.size() ? sorted.get(index) : Double.POSITIVE_INFINITY;
        }

        double used(int seconds) {
            return 100.0 * (simulator.requests().size() - before) / (PROJECTS * LIMIT * seconds / 60.0);
        }

        private static String inWords(double seconds) {
            return seconds == Double.POSITIVE_INFINITY
                    ? "no answer"
                    : String.format(Locale.ROOT, "%.2f s", Math.max(0, seconds));
        }

        String row(int seconds) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d of %d | %.1f %% |",
                    name,
                    inWords(wait(0.5)),
                    inWords(wait(0.99)),
                    waits.size(),
                    asked.get(),
                    used(seconds));
        }

        @Override
        public void close() {
            ended = true;
            timer.shutdownNow();
            others.forEach(other -> other.cancel(true));
            pool.close(Duration.ofSeconds(10));
            simulator.close();
        }
    }

    private static void passes(int seconds) {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS))
                .join();
    }

    @Test
    void chatBesideABatchFromTheFirstSecondOn() {
        try (Scene scene = new Scene("a chat beside a batch").crowd(100, null, Priority.BACKGROUND, true)) {
            scene.nowAndThen(null, 0.5);
            passes(Math.min(SECONDS, 5));
            scene.ends();
            assertThat(scene.asked).hasPositiveValue();
            assertThat(scene.wait(0.5)).isLessThan(1);
            assertThat(scene.simulator.requests())
                    .as("the batch does not burst")
                    .hasSizeLessThan(100);
        }
    }

    @Test
    void theTable() {
        if (SECONDS < WHOLE_SECONDS) {
            return;
        }
        try (Scene inTurn = new Scene("50 users beside one with 1,000 waiting, each named");
                Scene oneLine = new Scene("the same, nobody named");
                Scene behind = new Scene("a chat, a fifth of the quota, beside a batch in the background");
                Scene beside = new Scene("the same, batch without priority")) {
            List<Scene> scenes = List.of(inTurn, oneLine, behind, beside);
            inTurn.crowd(1_000, "heavy", null, false);
            oneLine.crowd(1_000, null, null, false);
            behind.crowd(100, null, Priority.BACKGROUND, true);
            beside.crowd(100, null, Priority.INTERACTIVE, true);
            passes(65);
            scenes.forEach(Scene::begins);
            for (int i = 0; i < USERS; i++) {
                inTurn.nowAndThen("user-" + i, 20);
                oneLine.nowAndThen(null, 20);
            }
            behind.nowAndThen(null, 1);
            beside.nowAndThen(null, 1);
            passes(SECONDS);
            scenes.forEach(Scene::ends);
            scenes.forEach(scene -> log.info("{}", scene.row(SECONDS)));

            assertThat(inTurn.wait(0.99)).isLessThan(5);
            assertThat(inTurn.used(SECONDS)).isGreaterThan(95);
            assertThat(behind.wait(0.99)).isLessThan(2);
            assertThat(behind.used(SECONDS)).isGreaterThan(95);
            assertThat(beside.wait(0.99)).isGreaterThan(5);
        }
    }
}
