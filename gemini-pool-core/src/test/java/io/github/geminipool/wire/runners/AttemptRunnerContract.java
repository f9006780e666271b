package io.github.geminipool.wire.runners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The contract of attempt runners: for the same decisions the same requests arrive with the same delays, and callers get the
 * same results. A subclass tests one runner.
 */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
public abstract class AttemptRunnerContract {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final RetrySettings RETRY =
            new RetrySettings(3, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final RecordingListener events = new RecordingListener();
    private RecordingRunner runner;
    private GeminiSimulator simulator;

    /** Returns the runner under test with its defaults. */
    protected abstract AttemptRunner runner();

    @BeforeEach
    void start() {
        runner = new RecordingRunner(runner());
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    private GeminiPool pool(RetrySettings retry, Duration acquireTimeout, String... keys) {
        return invariants.pool(simulator, b -> {
            Stream.of(keys).forEach(b::key);
            b.timeSource(time)
                    .attemptRunner(runner)
                    .listener(events)
                    .settings(b.settings().withAcquireTimeout(acquireTimeout).withRetry(retry));
        });
    }

    private GeminiPool pool() {
        return pool(RETRY, Duration.ofSeconds(30), KEY, OTHER);
    }

    /** Returns a pool without another project that may be asked before the first back-off. */
    private GeminiPool poolOfOneKey() {
        return pool(RETRY, Duration.ofSeconds(30), KEY);
    }

    private void assertThatCallEnded(CallEnded.Outcome outcome, int attempts) {
        assertThat(events.calls()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo(outcome);
            assertThat(call.attempts()).isEqualTo(attempts);
        });
        assertThat(simulator.requestCount()).isEqualTo(attempts);
    }

    private AskingThread.End endOf(AskingThread asking) throws Exception {
        AskingThread.End end = asking.end();
        if (end.thrown() != null) {
            invariants.saw(end.thrown());
        }
        return end;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void anAnswerIsReturned(Form form) {
        GeminiPool pool = pool();
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        assertThat(runner.steps()).containsExactly("attempt: done 200", "returned 200");
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void anotherKeyServesAtOnce(Form form) {
        simulator.fault(Fault.when().key(KEY).wire("429-free-tpm.json"));
        GeminiPool pool = pool();
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        assertThat(runner.steps()).containsExactly("attempt: done 200", "returned 200");
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER);
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void overloadIsRepeatedAfterTheBackOff(Form form) throws Exception {
        simulator.fault(Fault.when().first(2).respond(503));
        GeminiPool pool = poolOfOneKey();
        AskingThread asking =
                AskingThread.of(() -> assertThat(form.ask(pool, "m", "Hi")).contains("Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        time.awaitWaiterFor(Duration.ofSeconds(4));
        time.advance(Duration.ofSeconds(4));
        assertThat(endOf(asking).thrown()).isNull();
        assertThat(runner.steps())
                .containsExactly(
                        "attempt: OVERLOADED, retry after PT2S",
                        "pause PT2S",
                        "attempt: OVERLOADED, retry after PT4S",
                        "pause PT4S",
                        "attempt: done 200",
                        "returned 200");
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 3);
    }

    @Test
    void theLastErrorIsReturnedWhenAttemptsAreUsedUp() throws Exception {
        simulator.fault(Fault.when().nth(1).respond(503));
        simulator.fault(Fault.when().nth(2).respond(500));
        simulator.fault(Fault.when().nth(3).wire("503-high-demand.json"));
        GeminiPool pool = poolOfOneKey();
        AskingThread asking = AskingThread.of(() -> pool.generateContent("Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        time.awaitWaiterFor(Duration.ofSeconds(4));
        time.advance(Duration.ofSeconds(4));
        assertThat(endOf(asking).thrown())
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("503")
                .hasMessageContaining("high demand");
        assertThat(runner.steps())
                .containsExactly(
                        "attempt: OVERLOADED, retry after PT2S",
                        "pause PT2S",
                        "attempt: SERVER_ERROR, retry after PT4S",
                        "pause PT4S",
                        "attempt: done 503",
                        "returned 503");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void theLastExceptionIsThrownWhenAttemptsAreUsedUp() throws Exception {
        simulator.fault(Fault.when().reset());
        GeminiPool pool = pool(
                new RetrySettings(2, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1),
                Duration.ofSeconds(30),
                KEY);
        AskingThread asking = AskingThread.of(() -> pool.generateContent("Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        assertThat(endOf(asking).thrown())
                .isInstanceOf(GenAiIOException.class)
                .cause()
                .isInstanceOf(IOException.class);
        assertThat(runner.steps())
                .containsExactly("attempt: NETWORK, retry after PT2S", "pause PT2S", "attempt threw", "threw that");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void anotherProjectIsAskedAtOnceAfterAFailureThatNamesNobody(Form form) {
        simulator.fault(Fault.when().key(KEY).respond(503));
        GeminiPool pool = pool();
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        assertThat(runner.steps())
                .containsExactly(
                        "attempt: OVERLOADED, retry after PT0S", "pause PT0S", "attempt: done 200", "returned 200");
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER);
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @Test
    void aRequestsOwnErrorIsReturned() {
        simulator.fault(Fault.when().wire("400-input-too-long.json"));
        GeminiPool pool = pool();
        assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isInstanceOf(ClientException.class);
        assertThat(runner.steps()).containsExactly("attempt: done 400", "returned 400");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void anErrorThatNamesNobodyIsAskedElsewhereWithoutARetry() {
        simulator.fault(Fault.when().wire("404-model-not-found.json"));
        GeminiPool pool = pool();
        assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isInstanceOf(ClientException.class);
        assertThat(runner.steps()).containsExactly("attempt: done 404", "returned 404");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void nothingIsRepeatedAfterTheDeadline() {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = poolOfOneKey();
        ServerException e = catchThrowableOfType(
                ServerException.class,
                () -> pool.generateContent(GenerationRequest.of("Hi").deadline(Duration.ofSeconds(2))));
        assertThat(e.code()).isEqualTo(503);
        assertThat(runner.steps()).containsExactly("attempt: done 503", "returned 503");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void nothingIsRepeatedWithoutABudget() {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = pool(
                new RetrySettings(3, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 0),
                Duration.ofSeconds(30),
                KEY,
                OTHER);
        assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isInstanceOf(ServerException.class);
        assertThat(runner.steps()).containsExactly("attempt: done 503", "returned 503");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void theBudgetIsGivenBackWhenRepeatsEnd() throws Exception {
        simulator.fault(Fault.when().respond(503));
        // Calls add next to nothing to the budget: three retries at a time are allowed.
        GeminiPool pool = pool(
                new RetrySettings(2, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1e-6),
                Duration.ofSeconds(30),
                KEY);
        for (int i = 0; i < 5; i++) {
            // Each has its own model, because a model that always fails is excluded.
            GenerationRequest request = GenerationRequest.of("Hi").model("m" + i);
            AskingThread asking = AskingThread.of(() -> pool.generateContent(request));
            time.awaitWaiterFor(Duration.ofSeconds(2));
            time.advance(Duration.ofSeconds(2));
            assertThat(endOf(asking).thrown()).isInstanceOf(ServerException.class);
        }
        assertThat(simulator.requestCount()).isEqualTo(10);
    }

    @Test
    void whatMustNotBeDoneTwiceIsNotRepeated() {
        simulator.fault(Fault.when().operation(Operation.UPLOAD_START).reset());
        GeminiPool pool = pool();
        Throwable e = catchThrowable(() -> pool.client()
                .files
                .upload(new byte[1], UploadFileConfig.builder().mimeType("a/b").build()));
        assertThat(invariants.saw(e)).isInstanceOf(GenAiIOException.class);
        assertThat(runner.steps()).containsExactly("attempt threw", "threw that");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aBodyThatIsGoneIsNotSentAgain() throws Exception {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = pool();
        try (var response = call(pool, new OneShotBody()).execute()) {
            assertThat(response.code()).isEqualTo(503);
        }
        assertThat(runner.steps()).containsExactly("attempt: done 503", "returned 503");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    private Call call(GeminiPool pool, RequestBody body) {
        return pool.httpClient()
                .newCall(new Request.Builder()
                        .url(simulator.baseUrl() + "/v1beta/models/m:generateContent")
                        .post(body)
                        .build());
    }

    private static final class OneShotBody extends RequestBody {

        @Override
        public MediaType contentType() {
            return MediaType.get("application/json");
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeUtf8("{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}");
        }
    }

    @Test
    void cancellingEndsTheBackOff() throws Exception {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = poolOfOneKey();
        Call call = call(pool, RequestBody.create("{}", MediaType.get("application/json")));
        AskingThread asking = AskingThread.of(() -> call.execute().close());
        time.awaitWaiterFor(Duration.ofSeconds(2));
        call.cancel();
        AskingThread.End end = endOf(asking);
        assertThat(end.thrown()).isInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(end.interrupted()).isFalse();
        assertThat(runner.steps())
                .containsExactly("attempt: OVERLOADED, retry after PT2S", "pause PT2S", "pause threw", "threw that");
        assertThatCallEnded(CallEnded.Outcome.CANCELLED, 1);
    }

    @Test
    void interruptingEndsTheBackOffAndIsNotForgotten() throws Exception {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = poolOfOneKey();
        AskingThread asking = AskingThread.of(() -> pool.generateContent("Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        asking.interrupt();
        AskingThread.End end = endOf(asking);
        assertThat(end.thrown()).hasRootCauseInstanceOf(InterruptedIOException.class);
        assertThat(end.interrupted()).isTrue();
        assertThat(runner.steps())
                .containsExactly("attempt: OVERLOADED, retry after PT2S", "pause PT2S", "pause threw", "threw that");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC", "FACADE_STREAM"})
    void closingThePoolEndsTheBackOff(Form form) throws Exception {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = poolOfOneKey();
        AskingThread asking = AskingThread.of(() -> form.ask(pool, "m", "Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        pool.close(Duration.ofSeconds(20));
        assertThat(causesOf(endOf(asking).thrown())).hasAtLeastOneElementOfType(PoolClosedException.class);
        assertThat(runner.steps())
                .containsExactly("attempt: OVERLOADED, retry after PT2S", "pause PT2S", "attempt threw", "threw that");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC", "FACADE_STREAM"})
    void anExhaustedPoolIsToldAtOnce(Form form) {
        simulator.fault(Fault.when().wire("429-free-tpm.json"));
        GeminiPool pool = pool(RETRY, Duration.ofSeconds(5), KEY, OTHER);
        assertThat(causesOf(catchThrowable(() -> form.ask(pool, "m", "Hi"))))
                .hasAtLeastOneElementOfType(PoolExhaustedException.class);
        assertThat(runner.steps()).containsExactly("attempt: done 429", "returned 429");
        assertThatCallEnded(CallEnded.Outcome.EXHAUSTED, 2);
    }

    private static List<Throwable> causesOf(@Nullable Throwable e) {
        return Stream.<Throwable>iterate(e, each -> each != null, Throwable::getCause)
                .toList();
    }
}
