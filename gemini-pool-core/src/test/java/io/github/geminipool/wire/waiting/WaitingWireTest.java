package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for keys and instances, in virtual time. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class WaitingWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    private GeminiPool pool(int size, Duration acquireTimeout, String... keys) {
        return invariants.pool(simulator, b -> {
            b.timeSource(time)
                    .settings(b.settings()
                            .withSize(size)
                            .withAcquireTimeout(acquireTimeout)
                            .withRetry(new RetrySettings(3, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1)));
            for (String key : keys) {
                b.key(key);
            }
        });
    }

    private static CompletableFuture<String> asking(GeminiPool pool, Form form) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(form.ask(pool, "m", "Hi"));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "asking");
        thread.start();
        return answer;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aCallWaitsForTheEarliestKey(Form form) throws Exception {
        simulator.fault(Fault.when().key(KEY).first(1).wire("429-free-tpm.json")); // 26 s
        GeminiPool pool = pool(2, Duration.ofSeconds(30), KEY);
        CompletableFuture<String> answer = asking(pool, form);
        time.awaitWaiterFor(Duration.ofSeconds(26));
        assertThat(pool.stats().waiting()).isEqualTo(1);
        time.advance(Duration.ofSeconds(26));
        assertThat(answer.get(10, TimeUnit.SECONDS)).contains("Hi");
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aCallThatCannotMakeItIsRefusedAtOnce(Form form) {
        simulator.fault(Fault.when().key(KEY).wire("429-free-tpm.json"));
        simulator.keyState(OTHER, KeyState.INVALID);
        GeminiPool pool = pool(2, Duration.ofSeconds(5), KEY, OTHER);
        Throwable e = catchThrowable(() -> form.ask(pool, "m", "Hi"));
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        invariants.saw(e);
        assertThat(cause)
                .hasMessageContaining("No key could serve model 'm'")
                .hasMessageContaining("Key #1")
                .hasMessageContaining("Key #2");
        if (form.name().startsWith("FACADE")) {
            assertThat(cause).isInstanceOfSatisfying(PoolExhaustedException.class, exhausted -> {
                // The rejected key cools down for 10 s, the quota for 26 s: the next call may try the former.
                assertThat(exhausted.retryAfter()).isEqualTo(Duration.ofSeconds(10));
                assertThat(exhausted.model()).isEqualTo("m");
                assertThat(exhausted.tried())
                        .extracting(failure -> failure.kind())
                        .containsExactly(FailureKind.RATE_LIMITED, FailureKind.KEY_REJECTED);
                assertThat(exhausted.whyNot()).containsOnlyKeys("Key #1", "Key #2");
            });
        } else {
            assertThat(cause).isInstanceOfSatisfying(ClientException.class, client -> {
                assertThat(client.code()).isEqualTo(429);
                assertThat(client.status()).isEqualTo("RESOURCE_EXHAUSTED");
            });
        }
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER);
    }

    @Test
    void callsWaitInTurnForTheOnlyInstance() throws Exception {
        simulator.fault(Fault.when().first(1).whenInFlight(2));
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        List<CompletableFuture<GenerateContentResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(pool.generateContentAsync(GenerationRequest.of("Prompt " + i)));
        }
        Eventually.await("one is in flight", () -> simulator.inFlight() == 1);
        assertThat(pool.stats().waiting()).isEqualTo(4);
        assertThat(pool.stats().active()).isEqualTo(1);
        // Another request releases the first one.
        GeminiPool second = pool(1, Duration.ofSeconds(30), OTHER);
        second.generateContent("Go");
        for (int i = 0; i < 5; i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS).text()).contains("Prompt " + i);
        }
        assertThat(simulator.peakInFlight()).isEqualTo(2);
    }

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
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "FACADE_STREAM"})
    void aRetryWaitsForTheBackOff(Form form) throws Exception {
        simulator.fault(Fault.when().first(2).respond(503));
        GeminiPool pool = pool(2, Duration.ofSeconds(30), KEY);
        CompletableFuture<String> answer = asking(pool, form);
        time.awaitWaiterFor(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        time.awaitWaiterFor(Duration.ofSeconds(4));
        time.advance(Duration.ofSeconds(4));
        assertThat(answer.get(10, TimeUnit.SECONDS)).contains("Hi");
        assertThat(simulator.requestCount()).isEqualTo(3);
    }

    @Test
    void cancellingAFutureEndsItsCallOnTheWire() {
        simulator.fault(Fault.when().first(1).hang());
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        CompletableFuture<GenerationResult> answer = pool.tryGenerateContentAsync(GenerationRequest.of("Hi"));
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        answer.cancel(true);
        Eventually.await("its instance is back", () -> pool.stats().active() == 0);
        Eventually.await("the server has noticed", () -> simulator.inFlight() == 0);
        assertThat(pool.keyStats().keys().get(0).attempts().failures()).containsOnlyKeys(FailureKind.CANCELLED);
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
    }

    @Test
    void cancellingAWaitingFutureLeavesNothingBehind() {
        simulator.fault(Fault.when().first(1).hang());
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        CompletableFuture<GenerateContentResponse> first = pool.generateContentAsync(GenerationRequest.of("Hi"));
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<GenerateContentResponse> second = pool.generateContentAsync(GenerationRequest.of("Ho"));
        assertThat(pool.stats().waiting()).isEqualTo(1);
        second.cancel(false);
        assertThat(pool.stats().waiting()).isZero();
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
        first.cancel(false);
        Eventually.await("its instance is back", () -> pool.stats().active() == 0);
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void cancellingASyncCallWakesItsWait() throws Exception {
        simulator.fault(Fault.when().wire("429-free-tpm.json"));
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        Call call = pool.httpClient()
                .newCall(new Request.Builder()
                        .url(simulator.baseUrl() + "/v1beta/models/m:generateContent")
                        .post(RequestBody.create("{}", MediaType.get("application/json")))
                        .build());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread =
                new Thread(() -> thrown.set(catchThrowable(() -> call.execute().close())));
        thread.start();
        time.awaitWaiterFor(Duration.ofSeconds(26));
        call.cancel();
        thread.join(10_000);
        assertThat(thrown.get()).isInstanceOf(java.io.IOException.class).hasMessage("Canceled");
        assertThat(pool.stats().waiting()).isZero();
    }

    @Test
    void interruptingASyncCallWakesItsWait() throws Exception {
        simulator.fault(Fault.when().wire("429-free-tpm.json"));
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            thrown.set(catchThrowable(() -> pool.generateContent("Hi")));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        thread.start();
        time.awaitWaiterFor(Duration.ofSeconds(26));
        thread.interrupt();
        thread.join(10_000);
        assertThat(thrown.get()).hasRootCauseInstanceOf(java.io.InterruptedIOException.class);
        assertThat(pool.stats().waiting()).isZero();
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
    void aCallThatLosesTheLastKeyLearnsWhenToTryAgain() {
        simulator.keyState(KEY, KeyState.INVALID);
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        for (int i = 0; i < 2; i++) {
            PoolExhaustedException e = catchThrowableOfType(
                    PoolExhaustedException.class,
                    () -> pool.generateContent(GenerationRequest.of("Hi").acquireTimeout(Duration.ofSeconds(1))));
            assertThat(invariants.saw(e).retryAfter()).isEqualTo(Duration.ofSeconds(10));
        }
        assertThat(simulator.requestCount()).isEqualTo(1);
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

    @Test
    void closingEndsABackOffWithARefusal() throws Exception {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = pool(1, Duration.ofSeconds(30), KEY);
        CompletableFuture<GenerationResult> answer = pool.tryGenerateContentAsync(GenerationRequest.of("Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        pool.close(Duration.ofSeconds(20));
        assertThat(answer.get(10, TimeUnit.SECONDS).failure()).isInstanceOf(PoolClosedException.class);
        assertThat(invariants.logged()).noneMatch(line -> line.contains("cancels"));
    }

    @Test
    void closingReturnsWhenNothingRunsAnyMore() {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = pool(4, Duration.ofSeconds(30), KEY);
        List<CompletableFuture<GenerationResult>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(pool.tryGenerateContentAsync(GenerationRequest.of("Hi")));
        }
        Eventually.await("all are in flight", () -> simulator.inFlight() == 4);
        pool.close(Duration.ZERO);
        assertThat(PoolProbe.activeCalls(pool)).isZero();
        assertThat(pool.stats().active()).isZero();
        answers.forEach(answer -> assertThat(answer.join().isSuccess()).isFalse());
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC"})
    void anErrorOfAStrategyDoesNotStopTheTimer(Form form) throws Exception {
        simulator.fault(Fault.when().first(1).hang());
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .timeSource(time)
                        .selectionStrategy(candidate -> {
                            throw new AssertionError("a strategy's own fault");
                        })
                        .settings(b.settings().withSize(1)));
        CompletableFuture<GenerateContentResponse> first =
                pool.generateContentAsync(GenerationRequest.of("Hi").model("m"));
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<String> second = asking(pool, form);
        time.awaitWaiterFor(Duration.ofSeconds(30));
        first.cancel(true);
        assertThat(second.get(10, TimeUnit.SECONDS)).contains("Hi");
        assertThat(invariants.logged())
                .filteredOn(line -> line.contains("a strategy's own fault"))
                .hasSize(1);
    }
}
