package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancelling a call ends it on the wire and releases everything it held. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class CancellationWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        // A stream pauses between two events until its client is gone; the SDK reads one event ahead.
        AtomicInteger gaps = new AtomicInteger();
        simulator = invariants.simulator(
                b -> b.key(KEY).streamGap(random -> gaps.incrementAndGet() <= 3 ? Duration.ZERO : Duration.ofHours(1)));
    }

    private GeminiPool pool(PoolListener listener) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .settings(b.settings().withSize(1))
                        .listener(listener)
                        .listener(events));
    }

    private GeminiPool pool() {
        return pool(new PoolListener() {});
    }

    private void assertThatItHasEnded(GeminiPool pool, boolean sent) {
        Eventually.await("its instance is back", () -> pool.stats().active() == 0);
        Eventually.await("the server has noticed", () -> simulator.inFlight() == 0);
        Eventually.await("the call is over", () -> PoolProbe.activeCalls(pool) == 0);
        Eventually.await("listeners are told", () -> events.attempts().size() == 1);
        assertThat(events.attempts()).singleElement().satisfies(attempt -> {
            assertThat(Objects.requireNonNull(attempt.failure()).kind()).isEqualTo(FailureKind.CANCELLED);
            assertThat(attempt.sent()).isEqualTo(sent);
        });
        assertThat(simulator.requestCount()).isEqualTo(sent ? 1 : 0);
    }

    /** The ways to complete a future before its call has ended. */
    enum Ending {
        CANCEL(CancellationException.class) {
            @Override
            <T> void end(CompletableFuture<T> future) {
                assertThat(future.cancel(true)).isTrue();
            }
        },
        FAIL(IllegalStateException.class) {
            @Override
            <T> void end(CompletableFuture<T> future) {
                assertThat(future.completeExceptionally(new IllegalStateException()))
                        .isTrue();
            }
        },
        COMPLETE(null) {
            @Override
            <T> void end(CompletableFuture<T> future) {
                assertThat(future.complete(null)).isTrue();
            }
        },
        COMPLETE_LATER(null) {
            @Override
            <T> void end(CompletableFuture<T> future) {
                future.completeAsync(() -> null, Runnable::run);
            }
        },
        TIME_OUT(TimeoutException.class) {
            @Override
            <T> void end(CompletableFuture<T> future) {
                future.orTimeout(1, TimeUnit.MILLISECONDS);
            }
        },
        COMPLETE_ON_TIMEOUT(null) {
            @Override
            <T> void end(CompletableFuture<T> future) {
                future.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS);
            }
        };

        private final @Nullable Class<? extends Throwable> thrown;

        Ending(@Nullable Class<? extends Throwable> thrown) {
            this.thrown = thrown;
        }

        abstract <T> void end(CompletableFuture<T> future);
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void endingAFutureEndsItsCall(Ending ending) {
        assertThatEndingEndsTheCall(ending, pool -> pool.generateContentAsync("Hi"));
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void endingTheFutureOfAResultEndsItsCall(Ending ending) {
        assertThatEndingEndsTheCall(ending, pool -> pool.tryGenerateContentAsync(GenerationRequest.of("Hi")));
    }

    private <T> void assertThatEndingEndsTheCall(Ending ending, Function<GeminiPool, CompletableFuture<T>> asking) {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = pool();
        CompletableFuture<T> future = asking.apply(pool);
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        ending.end(future);
        Throwable thrown = catchThrowable(() -> future.get(10, TimeUnit.SECONDS));
        Throwable cause = thrown != null && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (ending.thrown == null) {
            assertThat(thrown).isNull();
        } else {
            assertThat(cause).isInstanceOf(ending.thrown);
        }
        assertThatItHasEnded(pool, true);
    }

    @Test
    void endingAFutureWhoseCallHasEndedCancelsNothing() {
        GeminiPool pool = pool();
        CompletableFuture<GenerateContentResponse> future = pool.generateContentAsync("Hi");
        assertThat(future.join().text()).contains("Hi");
        assertThat(future.cancel(true)).isFalse();
        assertThat(future.join().text()).contains("Hi");
        assertThat(events.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.failure()).isNull());
    }

    @Test
    void closingAStreamHalfWayEndsItsCall() {
        GeminiPool pool = pool();
        try (GenerationStream stream = pool.generateContentStream("Tell me more")) {
            assertThat(stream.iterator().next().text()).isNotEmpty();
            assertThat(simulator.inFlight()).isEqualTo(1);
            assertThat(pool.stats().active()).isEqualTo(1);
        }
        assertThatItHasEnded(pool, true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingAStreamOfTheClientHalfWayEndsItsCall(boolean asynchronous) {
        GeminiPool pool = pool();
        ResponseStream<GenerateContentResponse> stream = asynchronous
                ? pool.client()
                        .async
                        .models
                        .generateContentStream("m", "Tell me more", null)
                        .join()
                : pool.client().models.generateContentStream("m", "Tell me more", null);
        assertThat(stream.iterator().next().text()).isNotEmpty();
        stream.close();
        assertThatItHasEnded(pool, true);
    }

    /** Streams of other libraries over the pool's HTTP client. */
    @Test
    void cancellingACallWhileItsResponseIsReadEndsIt() throws Exception {
        GeminiPool pool = pool();
        Call call = call(pool, ":streamGenerateContent?alt=sse");
        try (Response response = call.execute()) {
            assertThat(Objects.requireNonNull(response.body()).source().readUtf8Line())
                    .startsWith("data:");
            call.cancel();
            assertThat(catchThrowable(() -> response.body().source().readUtf8()))
                    .isInstanceOf(IOException.class);
        }
        assertThatItHasEnded(pool, true);
    }

    private Call call(GeminiPool pool, String method) {
        return pool.httpClient()
                .newCall(new Request.Builder()
                        .url(simulator.baseUrl() + "/v1beta/models/m" + method)
                        .post(RequestBody.create(
                                "{\"contents\":[{\"parts\":[{\"text\":\"Tell me more\"}]}]}",
                                MediaType.get("application/json")))
                        .build());
    }

    /** Runs a cancellation as soon as the pool reports that the attempt starts. */
    private static final class AtOnce implements PoolListener {

        private final CompletableFuture<Runnable> cancel = new CompletableFuture<>();

        @Override
        public void attemptStarted(AttemptStarted event) {
            cancel.orTimeout(10, TimeUnit.SECONDS).join().run();
        }
    }

    @Test
    void anAsynchronousCallThatIsCancelledBeforeItIsSentUsesNoQuota() {
        AtOnce atOnce = new AtOnce();
        GeminiPool pool = pool(atOnce);
        CompletableFuture<GenerateContentResponse> future = pool.generateContentAsync("Hi");
        atOnce.cancel.complete(() -> future.cancel(true));
        assertThat(catchThrowable(() -> future.get(10, TimeUnit.SECONDS))).isInstanceOf(CancellationException.class);
        assertThatItHasEnded(pool, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {":generateContent", ":streamGenerateContent?alt=sse"})
    void aSynchronousCallThatIsCancelledBeforeItIsSentUsesNoQuota(String method) {
        AtOnce atOnce = new AtOnce();
        GeminiPool pool = pool(atOnce);
        Call call = call(pool, method);
        atOnce.cancel.complete(call::cancel);
        assertThat(catchThrowable(() -> call.execute().close())).hasMessage("Canceled");
        assertThatItHasEnded(pool, false);
    }

    @Test
    void aCallThatIsCancelledBeforeItIsSentOnAnOldConnectionUsesNoQuota() {
        AtOnce atOnce = new AtOnce();
        GeminiPool pool = pool(new PoolListener() {
            @Override
            public void attemptStarted(AttemptStarted event) {
                if (event.model().equals("another")) {
                    atOnce.attemptStarted(event);
                }
            }
        });
        pool.generateContent("Hi");
        assertThat(pool.httpClient().connectionPool().idleConnectionCount()).isEqualTo(1);
        events.clear();
        CompletableFuture<GenerateContentResponse> future =
                pool.generateContentAsync(GenerationRequest.of("Hi").model("another"));
        atOnce.cancel.complete(() -> future.cancel(true));
        assertThat(catchThrowable(() -> future.get(10, TimeUnit.SECONDS))).isInstanceOf(CancellationException.class);
        Eventually.await("listeners are told", () -> events.attempts().size() == 1);
        assertThat(events.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.sent()).isFalse());
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void aCallThatIsCancelledWhileItConnectsUsesNoQuota() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GeminiPool pool = invariants.pool(
                    simulator,
                    b -> b.key(KEY)
                            .listener(events)
                            .settings(b.settings()
                                    .withBaseUrl(URI.create("https://127.0.0.1:" + silent.getLocalPort()))));
            CompletableFuture<GenerateContentResponse> future = pool.generateContentAsync("Hi");
            try (Socket connection = silent.accept()) {
                // The handshake has begun, and the server does not respond.
                assertThat(connection.getInputStream().read()).isNotNegative();
                future.cancel(true);
                assertThatItHasEnded(pool, false);
            }
        }
    }

    @Test
    void aCallThatIsCancelledBeforeItRunsLeavesNothing() {
        GeminiPool pool = pool();
        Call call = call(pool, ":generateContent");
        call.cancel();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                thrown.complete(e);
            }

            @Override
            public void onResponse(Call answered, Response response) {
                response.close();
                thrown.complete(new AssertionError("answered"));
            }
        });
        assertThat(thrown.orTimeout(10, TimeUnit.SECONDS).join()).hasMessage("Canceled");
        Eventually.await("nothing is left", () -> pool.stats().active() == 0 && PoolProbe.activeCalls(pool) == 0);
        assertThat(events.attempts()).isEmpty();
        assertThat(simulator.requestCount()).isZero();
    }
}
