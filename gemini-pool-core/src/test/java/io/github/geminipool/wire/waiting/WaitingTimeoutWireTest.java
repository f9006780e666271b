package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timeouts and deadlines of calls that wait, in virtual time. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class WaitingTimeoutWireTest extends WaitingFixture {

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC", "CLIENT_SYNC", "CLIENT_ASYNC_STREAM"})
    void allInstancesBusyUntilTheAcquireTimeout(Form form) throws Exception {
        simulator.fault(Fault.when().first(1).hang());
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        CompletableFuture<GenerateContentResponse> first =
                pool.generateContentAsync(GenerationRequest.of("Hi").model("m"));
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<String> second = asking(pool, form);
        time.awaitWaiterFor(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(30));
        ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> second.get(10, TimeUnit.SECONDS));
        assertThat(e).hasStackTraceContaining("all 1 instances stayed busy").hasStackTraceContaining("30000 ms");
        // A waiting request that timed out does not consume a lease.
        first.cancel(true);
        assertThat(form.ask(pool, "m", "And now?")).contains("And now?");
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC", "FACADE_STREAM"})
    void aDeadlineEndsAnAttemptThatHangs(Form form) throws Exception {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        GenerationRequest request = GenerationRequest.of("Hi").deadline(Duration.ofSeconds(7));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        new Thread(() -> thrown.complete(catchThrowable(() -> {
                    switch (form) {
                        case FACADE -> pool.generateContent(request);
                        case FACADE_ASYNC -> pool.generateContentAsync(request).join();
                        default -> pool.generateContentStream(request).close();
                    }
                })))
                .start();
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        time.awaitWaiterFor(Duration.ofSeconds(7));
        time.advance(Duration.ofSeconds(7));
        assertThat(thrown.get(10, TimeUnit.SECONDS))
                .hasStackTraceContaining("timeout")
                .hasStackTraceContaining("PT7S");
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
    }

    @Test
    void theSdksTimeoutCountsFromTheCallNotFromItsThread() throws Exception {
        simulator.fault(Fault.when().first(1).hang());
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        CompletableFuture<GenerateContentResponse> first =
                pool.generateContentAsync(GenerationRequest.of("Hi").model("m"));
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        GenerateContentConfig config = GenerateContentConfig.builder()
                .httpOptions(HttpOptions.builder().timeout(9_000).build())
                .build();
        CompletableFuture<GenerateContentResponse> second =
                pool.client().async.models.generateContent("m", "Ho", config);
        time.awaitWaiterFor(Duration.ofSeconds(9));
        time.advance(Duration.ofSeconds(9));
        ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> second.get(10, TimeUnit.SECONDS));
        assertThat(e).hasStackTraceContaining("9000 ms");
        first.cancel(false);
    }

    @Test
    void theAcquireTimeoutBoundsAllWaitsTogether() throws Exception {
        simulator.fault(Fault.when().wire("429-free-tpm.json")); // 26 s each time
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        CompletableFuture<String> answer = asking(pool, Form.FACADE);
        time.awaitWaiterFor(Duration.ofSeconds(26));
        time.advance(Duration.ofSeconds(26));
        ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertThat(e).hasCauseInstanceOf(PoolExhaustedException.class);
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @Test
    void aRequestsOwnDeadlineMayBeLongerThanThePoolsCallTimeout() throws Exception {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .timeSource(time)
                        .settings(b.settings()
                                .withHttp(b.settings()
                                        .http()
                                        .withTimeouts(
                                                Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofSeconds(3)))));
        CompletableFuture<GenerationResult> usual = pool.tryGenerateContentAsync(GenerationRequest.of("Hi"));
        CompletableFuture<GenerationResult> own =
                pool.tryGenerateContentAsync(GenerationRequest.of("Hi").deadline(Duration.ofSeconds(8)));
        Eventually.await("both are in flight", () -> simulator.inFlight() == 2);
        time.awaitWaiterFor(Duration.ofSeconds(3));
        time.advance(Duration.ofSeconds(3));
        assertThat(usual.get(10, TimeUnit.SECONDS).failure()).hasStackTraceContaining("timeout");
        time.awaitWaiterFor(Duration.ofSeconds(5));
        assertThat(own).isNotDone();
        time.advance(Duration.ofSeconds(5));
        assertThat(own.get(10, TimeUnit.SECONDS).failure()).hasStackTraceContaining("PT8S");
    }
}
