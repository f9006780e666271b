package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.ResponseStream;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.RetryDecision;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawRequest;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.Call;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Empty responses: counted by kind, not blamed on a key, and retried only if configured. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class EmptyResponseWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final RetrySettings OFF = new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1);
    private static final RetrySettings ON = OFF.withOnEmptyResponse(true);
    private static final RetrySettings ON_SLOWLY =
            new RetrySettings(3, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1, true);

    /** The forms of call in which the SDK returns an empty response instead of throwing. */
    private enum Asked {
        SYNC {
            @Override
            @Nullable
            String ask(GeminiPool pool) {
                return said(pool.client().models.generateContent("m", "Hi", null));
            }
        },
        ASYNC {
            @Override
            @Nullable
            String ask(GeminiPool pool) {
                return said(pool.client()
                        .async
                        .models
                        .generateContent("m", "Hi", null)
                        .join());
            }
        },
        STREAM {
            @Override
            @Nullable
            String ask(GeminiPool pool) {
                StringBuilder text = new StringBuilder();
                ResponseStream<GenerateContentResponse> stream =
                        pool.client().models.generateContentStream("m", "Hi", null);
                for (GenerateContentResponse part : stream) {
                    String said = said(part);
                    text.append(said == null ? "" : said);
                }
                return text.isEmpty() ? null : text.toString();
            }
        };

        abstract @Nullable String ask(GeminiPool pool);

        /** Returns the text; {@code text()} itself throws for blocked responses. */
        private static @Nullable String said(GenerateContentResponse response) {
            boolean hasParts = response.candidates().stream()
                    .flatMap(List::stream)
                    .anyMatch(candidate ->
                            candidate.content().flatMap(Content::parts).isPresent());
            return hasParts ? response.text() : null;
        }

        Fault empty(io.github.geminipool.simulator.FaultCondition when, String json) {
            String line = json.replaceAll("\\s*\\R\\s*", "");
            return this == STREAM
                    ? when.body(200, "text/event-stream", line.isEmpty() ? "" : "data: " + line + "\r\n\r\n")
                    : when.body(200, json);
        }
    }

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    private GeminiPool pool(RetrySettings retry) {
        return pool(retry, null);
    }

    private GeminiPool pool(RetrySettings retry, @Nullable AttemptRunner runner) {
        return invariants.pool(simulator, b -> {
            b.key(KEY)
                    .key(OTHER)
                    .timeSource(time)
                    .settings(b.settings().withRetry(retry))
                    .listener(events);
            if (runner != null) {
                b.attemptRunner(runner);
            }
        });
    }

    private static String body(EmptyResponse kind) throws IOException {
        return switch (kind) {
            case NO_BODY -> "";
            case NO_PARTS -> wire("200-stop-without-parts.json");
            case PROMPT_BLOCKED -> wire("200-prompt-blocked.json");
            case ANSWER_BLOCKED -> wire("200-finish-blocklist.json");
            case MALFORMED_FUNCTION_CALL -> finished("MALFORMED_FUNCTION_CALL");
            case MAX_TOKENS -> finished("MAX_TOKENS");
            case OTHER -> finished("OTHER");
        };
    }

    private static String finished(String reason) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\"},\"finishReason\":\"" + reason + "\"}]}";
    }

    private static String wire(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(EmptyResponseWireTest.class.getResourceAsStream("/wire/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void assertThatNoKeyIsBlamed(GeminiPool pool) {
        assertThat(pool.keyStats().keys()).allSatisfy(key -> {
            assertThat(key.usable()).isTrue();
            assertThat(key.errorRate()).isZero();
            assertThat(key.attempts().failures()).isEmpty();
            assertThat(key.modelExclusions()).isEmpty();
        });
    }

    /** Checks that the statistics of the model, those of the keys, and the events agree. */
    private void assertThatCounted(GeminiPool pool, Map<EmptyResponse, Long> expected) {
        assertThat(pool.stats().model("m").orElseThrow().attempts().emptyResponses())
                .isEqualTo(expected);
        Map<EmptyResponse, Long> ofKeys = new EnumMap<>(EmptyResponse.class);
        for (KeyUsage key : pool.keyStats().keys()) {
            key.attempts().emptyResponses().forEach((kind, count) -> ofKeys.merge(kind, count, Long::sum));
        }
        assertThat(ofKeys).isEqualTo(expected);
        assertThat(events.attempts()).isNotEmpty().allMatch(attempt -> attempt.failure() == null);
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void eachKindIsCountedAndNeitherRetriedNorBlamed(Asked form) throws IOException {
        GeminiPool pool = pool(OFF);
        Map<EmptyResponse, Long> expected = new EnumMap<>(EmptyResponse.class);
        for (EmptyResponse kind : EmptyResponse.values()) {
            simulator.fault(form.empty(Fault.when().first(1), body(kind)));
            expected.put(kind, 1L);
            assertThat(form.ask(pool)).as(kind.name()).isNull();
            assertThat(simulator.requestCount()).isEqualTo(expected.size());
        }
        assertThat(form.ask(pool)).contains("Hi");
        assertThatCounted(pool, expected);
        assertThatNoKeyIsBlamed(pool);
        assertThat(events.calls()).hasSize(8).allMatch(call -> call.outcome() == CallEnded.Outcome.SUCCESS);
        assertThat(events.attempts()).extracting(AttemptEnded::empty).startsWith(EmptyResponse.values());
    }

    static Stream<Arguments> formsAndKinds() {
        return Stream.of(Asked.values())
                .flatMap(form -> Stream.of(EmptyResponse.values()).map(kind -> Arguments.of(form, kind)));
    }

    @ParameterizedTest
    @MethodSource("formsAndKinds")
    void emptyResponsesThatMayDifferAreRetriedIfConfigured(Asked form, EmptyResponse kind) throws IOException {
        simulator.fault(form.empty(Fault.when().first(1), body(kind)));
        GeminiPool pool = pool(ON);
        if (kind.isWorthRetrying()) {
            assertThat(form.ask(pool)).contains("Hi");
            assertThat(simulator.requestCount()).isEqualTo(2);
        } else {
            assertThat(form.ask(pool)).isNull();
            assertThat(simulator.requestCount()).isEqualTo(1);
        }
        assertThatCounted(pool, Map.of(kind, 1L));
        assertThatNoKeyIsBlamed(pool);
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void theLastEmptyResponseIsTheCallers(Asked form) throws IOException {
        simulator.fault(form.empty(Fault.when(), body(EmptyResponse.NO_PARTS)));
        GeminiPool pool = pool(ON);
        assertThat(form.ask(pool)).isNull();
        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThatCounted(pool, Map.of(EmptyResponse.NO_PARTS, 3L));
        assertThat(events.calls()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo(CallEnded.Outcome.SUCCESS);
            assertThat(call.attempts()).isEqualTo(3);
        });
    }

    @Test
    void theCallerGetsItByteForByte() throws IOException {
        String body = wire("200-stop-without-parts.json");
        simulator.fault(Fault.when().body(200, body));
        GeminiPool pool = pool(ON);
        try (Response response = call(pool).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(Objects.requireNonNull(response.body()).string()).isEqualTo(body);
        }
        assertThat(simulator.requestCount()).isEqualTo(3);
    }

    private Call call(GeminiPool pool) {
        return pool.httpClient()
                .newCall(new Request.Builder()
                        .url(simulator.baseUrl() + "/v1beta/models/m:generateContent")
                        .post(RequestBody.create(
                                "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}", MediaType.get("application/json")))
                        .build());
    }

    @Test
    void aRetryComesAfterTheBackOffWhichHoldsNoInstance() throws Exception {
        simulator.fault(Fault.when().first(2).wire("200-stop-without-parts.json"));
        GeminiPool pool = pool(ON_SLOWLY);
        CompletableFuture<@Nullable String> answer = CompletableFuture.supplyAsync(() -> Asked.SYNC.ask(pool));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        assertThat(pool.stats().active()).isZero();
        time.advance(Duration.ofSeconds(2));
        time.awaitWaiterFor(Duration.ofSeconds(4));
        time.advance(Duration.ofSeconds(4));
        assertThat(answer.get(10, TimeUnit.SECONDS)).contains("Hi");
        assertThat(simulator.requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"2000, 0.2", "60000, 0"})
    void deadlineAndBudgetAreKept(long deadlineMillis, double budget) {
        simulator.fault(Fault.when().wire("200-stop-without-parts.json"));
        GeminiPool pool = pool(new RetrySettings(3, Duration.ofSeconds(2), 1, Duration.ofSeconds(2), 0, budget, true));
        GenerateContentResponse response =
                pool.generateContent(GenerationRequest.of("Hi").model("m").deadline(Duration.ofMillis(deadlineMillis)));
        assertThat(response.parts()).isNullOrEmpty();
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void maxAttemptsOfARequestBoundThem() {
        simulator.fault(Fault.when().wire("200-stop-without-parts.json"));
        GeminiPool pool = pool(ON);
        GenerationResult result =
                pool.tryGenerateContent(GenerationRequest.of("Hi").model("m").maxAttempts(2));
        assertThat(result.isSuccess()).isTrue();
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void aRunnerThatRetriesLessReturnsTheEmptyResponse(Asked form) throws IOException {
        simulator.fault(form.empty(Fault.when(), body(EmptyResponse.NO_PARTS)));
        List<RetryDecision> decisions = new CopyOnWriteArrayList<>();
        GeminiPool pool = pool(ON, (facts, attempt) -> {
            RetryDecision decision = attempt.next();
            decisions.add(decision);
            return decision instanceof RetryDecision.Done done ? done.response() : attempt.giveUp();
        });
        assertThat(form.ask(pool)).isNull();
        assertThat(decisions)
                .singleElement()
                .isInstanceOfSatisfying(
                        RetryDecision.Retry.class,
                        retry -> assertThat(retry.failure().kind()).isEqualTo(FailureKind.EMPTY_RESPONSE));
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThatCounted(pool, Map.of(EmptyResponse.NO_PARTS, 1L));
        assertThat(events.calls()).singleElement().matches(call -> call.outcome() == CallEnded.Outcome.SUCCESS);
    }

    @Test
    void cancellingEndsTheBackOffAndNothingIsLeft() throws Exception {
        simulator.fault(Asked.STREAM.empty(Fault.when(), body(EmptyResponse.NO_PARTS)));
        GeminiPool pool = pool(ON_SLOWLY);
        CompletableFuture<GenerationStream> answer =
                CompletableFuture.supplyAsync(() -> pool.generateContentStream("Hi"));
        time.awaitWaiterFor(Duration.ofSeconds(2));
        pool.close(Duration.ZERO);
        assertThat(answer).failsWithin(Duration.ofSeconds(10));
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void anEmptyStreamThatIsClosedBeforeItsEndIsNoCancellation() throws IOException {
        simulator.fault(Asked.STREAM.empty(Fault.when(), body(EmptyResponse.MAX_TOKENS)));
        GeminiPool pool = pool(OFF);
        pool.generateContentStream(GenerationRequest.of("Hi").model("m")).close();
        assertThatCounted(pool, Map.of(EmptyResponse.MAX_TOKENS, 1L));
    }

    /** Sends an empty response on the first connection, which stays open, and a good one on the second. */
    @Test
    void aStreamThatStaysOpenAfterItsEmptyResponseIsLetGo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Integer> afterTheFirst = CompletableFuture.supplyAsync(() -> {
                try (Socket first = server.accept()) {
                    answer(first, finished("STOP"));
                    try (Socket second = server.accept()) {
                        answer(
                                second,
                                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}");
                        second.getOutputStream().write(new byte[] {'0', '\r', '\n', '\r', '\n'});
                    }
                    return first.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            GeminiPoolBuilder builder = GeminiPool.builder().key(KEY);
            builder.settings(builder.settings()
                    .withRetry(ON)
                    .withBaseUrl(URI.create("http://127.0.0.1:" + server.getLocalPort())));
            try (GeminiPool pool = builder.build()) {
                assertThat(Asked.STREAM.ask(pool)).isEqualTo("Hi");
                assertThat(afterTheFirst.get(10, TimeUnit.SECONDS))
                        .as("what comes on the first connection")
                        .isEqualTo(-1);
            }
        }
    }

    private static void answer(Socket client, String json) throws IOException {
        var unused = RawRequest.read(client.getInputStream());
        String event = "data: " + json + "\r\n\r\n";
        String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void otherAnswersAreNeverEmpty() {
        simulator.fault(Fault.when().body(200, "{}"));
        GeminiPool pool = pool(ON);
        assertThat(pool.client().models.countTokens("m", "Hi", null)).isNotNull();
        assertThat(pool.client().models.embedContent("m", "Hi", null)).isNotNull();
        assertThat(simulator.requestCount()).isEqualTo(2);
        assertThatCounted(pool, Map.of());
    }
}
