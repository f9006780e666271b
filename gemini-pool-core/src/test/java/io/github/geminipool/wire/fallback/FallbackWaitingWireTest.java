package io.github.geminipool.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait while they fall back: timeouts, cancellation and closing. */
@Tag("wire")
@Timeout(60)
class FallbackWaitingWireTest extends FallbackFixture {

    @Test
    void theAcquireTimeoutIsOneForAllModels() throws Exception {
        simulator.fault(Fault.when().model("m").first(2).wire(MINUTE));
        simulator.fault(Fault.when().model("m").wire(DAY));
        fault("fb", MINUTE);
        GeminiPool pool = pool("fb");
        CompletableFuture<GenerationResult> answer = pool.tryGenerateContentAsync(request());
        Eventually.await("the call waits", () -> pool.stats().waiting() == 1);
        time.awaitWaiterFor(Duration.ofSeconds(26));
        time.advance(Duration.ofSeconds(26));
        // 4 s are left, and no key of the fallback becomes available in that time.
        assertThat(answer.get(10, TimeUnit.SECONDS).failure()).isInstanceOf(PoolExhaustedException.class);
        assertThat(models()).containsExactly("m", "m", "m", "m", "fb", "fb");
    }

    @Test
    void callsWaitForTheFallbackWithoutAThread() throws Exception {
        fault("m", DAY);
        simulator.fault(Fault.when().model("fb").nth(2).hang());
        GeminiPool pool = pool(Map.of("m", to("fb"), "fb", new ModelSettings(1)), b -> b.virtualThreads(false));
        pool.generateContent(request());
        CompletableFuture<GenerateContentResponse> first = pool.generateContentAsync(request());
        Eventually.await("one is in flight", () -> simulator.inFlight() == 1);
        List<CompletableFuture<GenerateContentResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            answers.add(pool.generateContentAsync(request()));
        }
        assertThat(stats(pool, "fb").waiting()).isEqualTo(30);
        assertThat(stats(pool, "m").waiting()).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().matches("gemini-pool-(call|refusal)-.*"))
                .hasSizeLessThan(5);

        first.cancel(true);

        for (CompletableFuture<GenerateContentResponse> answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS).text()).contains("Hi");
        }
        assertThat(told.threads).noneMatch(thread -> thread.contains("refusal"));
        assertThat(models().subList(2, models().size())).containsOnly("fb");
        assertThat(told.moves).hasSize(32);
    }

    @Test
    void cancellingACallThatWaitsForTheFallbackLeavesNothing() {
        fault("m", DAY);
        simulator.fault(Fault.when().model("fb").nth(2).hang());
        GeminiPool pool = pool(Map.of("m", to("fb"), "fb", new ModelSettings(1)), b -> {});
        pool.generateContent(request());
        CompletableFuture<GenerateContentResponse> first = pool.generateContentAsync(request());
        Eventually.await("one is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<GenerateContentResponse> second = pool.generateContentAsync(request());
        assertThat(pool.stats().waiting()).isOne();

        second.cancel(true);

        assertThat(pool.stats().waiting()).isZero();
        first.cancel(true);
        Eventually.await("all have ended", () -> told.calls.size() == 3);
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
    }

    @Test
    void closingFailsCallsThatWaitForTheFallback() {
        fault("m", DAY);
        simulator.fault(Fault.when().model("fb").nth(2).hang());
        GeminiPool pool = pool(Map.of("m", to("fb"), "fb", new ModelSettings(1)), b -> {});
        pool.generateContent(request());
        CompletableFuture<GenerationResult> first = pool.tryGenerateContentAsync(request());
        Eventually.await("one is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<GenerationResult> second = pool.tryGenerateContentAsync(request());

        pool.close(Duration.ZERO);

        assertThat(first.join().isSuccess()).isFalse();
        assertThat(second.join().failure()).isInstanceOf(PoolClosedException.class);
    }

    @Test
    void placesBetweenAttemptsAreGivenBack() {
        simulator.fault(Fault.when().model("m").first(2).wire(DAY));
        simulator.fault(Fault.when().model("fb").first(2).wire(DAY));
        GeminiPool pool = pool(Map.of("m", to("fb").withSize(1), "fb", new ModelSettings(1)), b -> {});
        assertThat(pool.tryGenerateContent(request()).isSuccess()).isFalse();
        assertThat(models()).containsExactly("m", "m", "fb", "fb");
        time.advance(Duration.ofHours(12));
        // If an instance were still in use, the first attempt would wait for it.
        GenerationRequest impatient = request().acquireTimeout(Duration.ZERO);
        assertThat(pool.tryGenerateContent(impatient).isSuccess()).isTrue();
        assertThat(pool.tryGenerateContent(impatient.model("fb")).isSuccess()).isTrue();
    }
}
