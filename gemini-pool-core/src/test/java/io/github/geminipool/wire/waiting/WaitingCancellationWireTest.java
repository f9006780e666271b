package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cancelling or interrupting a call, or closing its pool, ends its wait. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class WaitingCancellationWireTest extends WaitingFixture {

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
}
