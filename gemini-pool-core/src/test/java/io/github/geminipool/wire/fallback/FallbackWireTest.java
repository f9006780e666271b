package io.github.geminipool.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.PooledChat;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.RetryDecision;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls fall back to another model when their model has no quota or is overloaded, and in no other case. */
@Tag("wire")
@Timeout(60)
class FallbackWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    private static final String CLOSED = "404-model-closed-to-new-projects.json";
    private static final String NO_QUOTA = "429-limit-0.json";
    private static final String DAY = "429-free-rpd-with-36s-retrydelay.json";
    private static final String MINUTE = "429-free-tpm.json"; // 26 s
    private static final String OVERLOAD = "503-high-demand.json";

    /** Two attempts without a back-off. */
    private static final RetrySettings TWICE = new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0, 1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final Recorder told = new Recorder();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    private static final class Recorder implements PoolListener {

        private final Queue<ModelFellBack> moves = new ConcurrentLinkedQueue<>();
        private final Queue<CallEnded> calls = new ConcurrentLinkedQueue<>();
        private final Queue<String> order = new ConcurrentLinkedQueue<>();
        private final Queue<String> threads = new ConcurrentLinkedQueue<>();

        @Override
        public void attemptStarted(AttemptStarted event) {
            order.add("to " + event.model());
            threads.add(Thread.currentThread().getName());
        }

        @Override
        public void modelFellBack(ModelFellBack event) {
            moves.add(event);
            order.add(event.model() + " -> " + event.fallback());
        }

        @Override
        public void callEnded(CallEnded event) {
            calls.add(event);
        }
    }

    private static ModelSettings to(String... fallbacks) {
        return ModelSettings.DEFAULTS.withFallbacks(fallbacks);
    }

    private GeminiPool pool(Map<String, ModelSettings> models, Consumer<GeminiPoolBuilder> more) {
        return invariants.pool(simulator, b -> {
            b.key(KEY)
                    .key(OTHER)
                    .timeSource(time)
                    .listener(told)
                    .settings(b.settings().withRetry(TWICE).withModels(models));
            more.accept(b);
        });
    }

    /** Builds a pool in which {@code m} has fallbacks. */
    private GeminiPool pool(String... fallbacks) {
        return pool(Map.of("m", to(fallbacks)), b -> {});
    }

    private void fault(String model, String wire) {
        simulator.fault(Fault.when().model(model).wire(wire));
    }

    private List<String> models() {
        return simulator.requests().stream().map(RequestRecord::model).toList();
    }

    private static ModelStats stats(GeminiPool pool, String model) {
        return pool.stats().model(model).orElseThrow();
    }

    private static GenerationRequest request() {
        return GenerationRequest.of("Hi").model("m");
    }

    /** Returns every form, each with one of the errors, so that each error comes in three forms. */
    static Stream<Arguments> formsAndErrors() {
        List<String> errors = List.of(CLOSED, NO_QUOTA, DAY, OVERLOAD);
        List<Form> forms = List.of(Form.values());
        return IntStream.range(0, forms.size())
                .mapToObj(i -> Arguments.of(forms.get(i), errors.get(i % errors.size())));
    }

    @ParameterizedTest
    @MethodSource("formsAndErrors")
    void theFallbackServes(Form form, String wire) {
        fault("m", wire);
        GeminiPool pool = pool("fb");

        assertThat(form.ask(pool, "m", "Why is the sky blue?")).contains("Why is the sky blue?");

        // Each project has its own quota, but an overloaded model is overloaded for all projects.
        assertThat(models()).containsExactly("m", "m", "fb");
        RequestRecord last = simulator.requests().get(2);
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.path())
                .endsWith(form.isStream() ? "/models/fb:streamGenerateContent?alt=sse" : "/models/fb:generateContent");
        FailureKind kind = wire.equals(OVERLOAD)
                ? FailureKind.OVERLOADED
                : wire.equals(DAY) ? FailureKind.DAILY_QUOTA_EXHAUSTED : FailureKind.NOT_ENTITLED;
        assertThat(told.moves).singleElement().satisfies(move -> {
            assertThat(move.model()).isEqualTo("m");
            assertThat(move.fallback()).isEqualTo("fb");
            assertThat(move.failure().kind()).isEqualTo(kind);
        });
        assertThat(told.order).containsExactly("to m", "to m", "m -> fb", "to fb");
        assertThat(told.calls).singleElement().satisfies(call -> {
            assertThat(call.model()).isEqualTo("m");
            assertThat(call.outcome()).isEqualTo(CallEnded.Outcome.SUCCESS);
            assertThat(call.attempts()).isEqualTo(3);
        });
        assertThat(stats(pool, "m").fallbacks()).isOne();
        assertThat(stats(pool, "m").usage()).isEqualTo(2);
        assertThat(stats(pool, "fb").fallbacks()).isZero();
        Eventually.await("the answer's end is counted", () -> stats(pool, "fb").usage() == 1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void theNextCallGoesToTheFallbackAtOnceAndBackWhenTheDayIsOver(Form form) {
        simulator.fault(Fault.when().model("m").first(2).wire(DAY));
        GeminiPool pool = pool("fb");
        assertThat(form.ask(pool, "m", "One")).contains("One");

        assertThat(form.ask(pool, "m", "Two")).contains("Two");

        assertThat(models()).containsExactly("m", "m", "fb", "fb");
        assertThat(told.order).containsExactly("to m", "to m", "m -> fb", "to fb", "m -> fb", "to fb");
        assertThat(told.calls).extracting(CallEnded::model).containsExactly("m", "m");
        assertThat(stats(pool, "m").fallbacks()).isEqualTo(2);

        // It is noon Pacific time.
        time.advance(Duration.ofHours(12));
        assertThat(form.ask(pool, "m", "Three")).contains("Three");

        assertThat(models()).containsExactly("m", "m", "fb", "fb", "m");
        assertThat(told.moves).hasSize(2);
    }

    @Test
    void aResultSaysWhichModelAnswered() {
        fault("m", NO_QUOTA);
        GeminiPool pool = pool("fb");

        GenerationResult result = pool.tryGenerateContent(request());
        GenerationResult later = pool.tryGenerateContentAsync(request()).join();
        GenerationResult own = pool.tryGenerateContent(request().model("fb"));

        assertThat(result.model()).isEqualTo("fb");
        assertThat(result.toString()).contains("model=fb");
        assertThat(result.attempts()).extracting(AttemptEnded::model).containsExactly("m", "m", "fb");
        assertThat(later.model()).isEqualTo("fb");
        assertThat(later.attempts()).extracting(AttemptEnded::model).containsExactly("fb");
        assertThat(own.model()).isEqualTo("fb");
        try (GenerationStream stream = pool.generateContentStream(request())) {
            assertThat(stream.model()).isEqualTo("fb");
        }
        pool.resetStats();
        assertThat(stats(pool, "m").fallbacks()).isZero();
    }

    @Test
    void aResultWithoutAttemptsNamesNoModel() {
        fault("m", DAY);
        fault("fb", DAY);
        GeminiPool pool = pool("fb");
        pool.tryGenerateContent(request());
        assertThat(pool.tryGenerateContent(request()).model()).isNull();
    }

    @Test
    void aChatContinuesWithTheFallback() {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        PooledChat chat = pool.createChat("m");
        assertThat(chat.send("Hello").text()).contains("Hello");
        assertThat(chat.sendAsync("And now?").join().text()).contains("And now?");
        assertThat(models()).containsExactly("m", "m", "fb", "fb");
    }

    @Test
    void itIsLoggedOnceAtInfo() {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        pool.generateContent(request());
        pool.generateContent(request());
        assertThat(invariants.logged())
                .filteredOn(line -> line.contains("Falling back from model 'm' to 'fb'"))
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("INFO").contains("daily quota"))
                .satisfies(lines -> assertThat(lines.get(1)).startsWith("DEBUG"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MINUTE,
                "400-api-key-invalid.json",
                "400-thought-signature-missing.array-wrapped.json",
                "400-user-location.json",
                "402-prepay-depleted.json",
                "403-project-denied.json",
                "404-model-not-found.json",
                "429-monthly-spending-cap.json",
                "500-internal.json",
                "504-deadline-exceeded.json"
            })
    void failuresThatAnotherModelWouldNotCureEndTheCall(String wire) {
        fault("m", wire);
        GeminiPool pool =
                pool(Map.of("m", to("fb")), b -> b.settings(b.settings().withAcquireTimeout(Duration.ZERO)));
        for (Form form : List.of(Form.FACADE_ASYNC, Form.CLIENT_SYNC, Form.CLIENT_ASYNC_STREAM)) {
            assertThat(invariants.saw(catchThrowable(() -> form.ask(pool, "m", "Hi"))))
                    .isNotNull();
        }
        assertThat(models()).isNotEmpty().containsOnly("m");
        assertThat(told.moves).isEmpty();
        assertThat(stats(pool, "m").fallbacks()).isZero();
        assertThat(pool.stats().model("fb")).isEmpty();
    }

    @Test
    void aBrokenConnectionEndsTheCall() {
        simulator.fault(Fault.when().model("m").reset());
        GeminiPool pool = pool("fb");
        assertThat(catchThrowable(() -> pool.generateContent(request()))).isNotNull();
        assertThat(models()).containsExactly("m", "m");
        assertThat(told.moves).isEmpty();
    }

    @Test
    void aBusyModelIsWaitedFor() throws Exception {
        simulator.fault(Fault.when().model("m").first(1).hang());
        GeminiPool pool = pool(Map.of("m", to("fb").withSize(1)), b -> {});
        CompletableFuture<GenerateContentResponse> first = pool.generateContentAsync(request());
        Eventually.await("one is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<GenerateContentResponse> second = pool.generateContentAsync(request());
        time.advance(Duration.ofSeconds(30));
        ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> second.get(10, TimeUnit.SECONDS));
        assertThat(e).hasStackTraceContaining("all 1 instances stayed busy");
        assertThat(models()).containsExactly("m");
        first.cancel(true);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "FACADE", "FACADE_STREAM"})
    void offUnlessConfigured(Form form) {
        fault("m", NO_QUOTA);
        GeminiPool pool = pool(Map.of("other", to("fb")), b -> {});
        Throwable e = catchThrowable(() -> form.ask(pool, "m", "Hi"));
        assertThat(invariants.saw(e)).hasStackTraceContaining("No key could serve model 'm': ");
        assertThat(models()).containsExactly("m", "m");
        assertThat(told.moves).isEmpty();
    }

    @Test
    void aKeyThatComesBackInTimeIsWaitedFor() throws Exception {
        simulator.fault(Fault.when().key(KEY).model("m").first(1).wire(MINUTE));
        simulator.fault(Fault.when().key(OTHER).model("m").wire(DAY));
        GeminiPool pool = pool("fb");
        CompletableFuture<GenerateContentResponse> answer = pool.generateContentAsync(request());
        Eventually.await("the call waits", () -> pool.stats().waiting() == 1);
        time.awaitWaiterFor(Duration.ofSeconds(26));
        time.advance(Duration.ofSeconds(26));
        assertThat(answer.get(10, TimeUnit.SECONDS).text()).contains("Hi");
        assertThat(models()).containsExactly("m", "m", "m");
        assertThat(told.moves).isEmpty();
    }

    @Test
    void aKeyThatComesBackTooLateIsNotWaitedFor() {
        simulator.fault(Fault.when().key(KEY).model("m").wire(MINUTE));
        simulator.fault(Fault.when().key(OTHER).model("m").wire(DAY));
        GeminiPool pool = pool("fb");
        GenerationResult result = pool.tryGenerateContent(request().acquireTimeout(Duration.ofSeconds(25)));
        assertThat(result.model()).isEqualTo("fb");
        assertThat(told.moves)
                .extracting(move -> move.failure().kind())
                .containsExactly(FailureKind.DAILY_QUOTA_EXHAUSTED);
    }

    @Test
    void onlyTheKeysThatARequestAcceptsCount() {
        simulator.fault(Fault.when().key(KEY).model("m").wire(MINUTE));
        simulator.fault(Fault.when().key(OTHER).model("m").wire(DAY));
        GeminiPool pool = pool("fb");
        GenerationRequest impatient = request().acquireTimeout(Duration.ZERO);
        assertThat(pool.tryGenerateContent(impatient).model()).isEqualTo("fb");
        assertThat(told.moves).hasSize(1);

        assertThat(pool.tryGenerateContent(impatient.onlyKeys("Key #1")).isSuccess())
                .isFalse();
        assertThat(told.moves).hasSize(1);
        assertThat(pool.tryGenerateContent(impatient.onlyKeys("Key #2")).isSuccess())
                .isTrue();
        assertThat(told.moves).hasSize(2);
    }

    @Test
    void theKeyOfAProjectWithoutTheModelServesItsFallback() {
        simulator.fault(Fault.when().model("m").wire(NO_QUOTA));
        GeminiPool pool = pool("fb");
        GenerationResult result = pool.tryGenerateContent(request().onlyKeys("Key #2"));
        assertThat(result.keyName()).isEqualTo("Key #2");
        assertThat(models()).containsExactly("m", "fb");
    }

    @Test
    void aKeyThatWasRejectedIsNotTriedAgainByTheFallback() {
        simulator.fault(Fault.when().key(KEY).wire("400-api-key-invalid.json"));
        simulator.fault(Fault.when().key(OTHER).model("m").wire(DAY));
        GeminiPool pool = pool("fb");
        assertThat(pool.tryGenerateContent(request()).isSuccess()).isTrue();
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER, OTHER);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "FACADE_ASYNC", "FACADE_STREAM"})
    void fallbacksComeInTheirOrder(Form form) {
        fault("m", DAY);
        fault("a", OVERLOAD);
        GeminiPool pool = pool("a", "b", "c");

        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        // A call makes two attempts for overload, over all models.
        assertThat(models()).containsExactly("m", "m", "a", "a", "b");
        assertThat(told.order).containsExactly("to m", "to m", "m -> a", "to a", "to a", "a -> b", "to b");
        assertThat(stats(pool, "m").fallbacks()).isOne();
        assertThat(stats(pool, "a").fallbacks()).isOne();

        assertThat(form.ask(pool, "m", "Ho")).contains("Ho");
        assertThat(models().subList(5, 8)).containsExactly("a", "a", "b");
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_ASYNC", "FACADE"})
    void modelsThatAreOutArePassedAtOnce(Form form) {
        fault("m", DAY);
        fault("a", NO_QUOTA);
        GeminiPool pool = pool("a", "b");
        form.ask(pool, "m", "Hi");
        assertThat(models()).containsExactly("m", "m", "a", "a", "b");
        assertThat(form.ask(pool, "m", "Ho")).contains("Ho");
        assertThat(models().subList(5, 6)).containsExactly("b");
        assertThat(told.order).endsWith("m -> a", "a -> b", "to b");
    }

    @Test
    void retriesAreCountedOverAllModels() {
        fault("m", OVERLOAD);
        fault("a", OVERLOAD);
        fault("b", OVERLOAD);
        GeminiPool pool = pool("a", "b");
        ServerException e = catchThrowableOfType(ServerException.class, () -> pool.generateContent(request()));
        assertThat(e.code()).isEqualTo(503);
        assertThat(models()).containsExactly("m", "m", "a", "b");
    }

    @Test
    void overloadIsNotRetriedWithoutBudget() {
        fault("m", OVERLOAD);
        GeminiPool pool = pool(
                Map.of("m", to("fb")),
                b -> b.settings(b.settings()
                        .withRetry(new RetrySettings(3, Duration.ofHours(1), 1, Duration.ofHours(1), 0, 0))));
        pool.generateContent(request());
        assertThat(models()).containsExactly("m", "fb");
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE", "FACADE_ASYNC"})
    void fallbacksOfAFallbackAreNotUsed(Form form) {
        fault("m", DAY);
        fault("a", DAY);
        GeminiPool pool = pool(Map.of("m", to("a"), "a", to("b")), b -> {});
        assertThat(catchThrowable(() -> form.ask(pool, "m", "Hi"))).isNotNull();
        assertThat(models()).containsExactly("m", "m", "a", "a");
        assertThat(form.ask(pool, "a", "Hi")).contains("Hi");
        assertThat(models()).endsWith("b");
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "FACADE", "FACADE_ASYNC", "FACADE_STREAM"})
    void whereAllAreOutTheErrorNamesAll(Form form) {
        fault("m", DAY);
        simulator.fault(Fault.when().model("a").wire(MINUTE));
        GeminiPool pool =
                pool(Map.of("m", to("a")), b -> b.settings(b.settings().withAcquireTimeout(Duration.ofSeconds(20))));
        for (int i = 0; i < 2; i++) {
            Throwable e = invariants.saw(catchThrowable(() -> form.ask(pool, "m", "Hi")));
            Throwable cause = form.isAsync() ? e.getCause() : e;
            assertThat(cause)
                    .hasMessageContaining("No key could serve model 'm' or its fallbacks 'a': ")
                    .hasMessageContaining("Unusable for model 'm': Key #1, Key #2 (The project's daily quota")
                    .hasMessageContaining("Unusable for model 'a': Key #1, Key #2 (The project's quota per minute")
                    .hasMessageContaining("Try again in 26 s");
            if (form.name().startsWith("FACADE")) {
                int tried = i == 0 ? 4 : 0;
                assertThat(cause).isInstanceOfSatisfying(PoolExhaustedException.class, exhausted -> {
                    assertThat(exhausted.model()).isEqualTo("m");
                    assertThat(exhausted.retryAfter()).hasSeconds(26);
                    assertThat(exhausted.tried()).hasSize(tried);
                    assertThat(exhausted.whyNot().get("Key #1"))
                            .contains("for model 'm': The project's daily quota")
                            .contains("; for model 'a': The project's quota per minute");
                });
            } else {
                assertThat(cause).isInstanceOf(ClientException.class);
            }
        }
        assertThat(models()).containsExactly("m", "m", "a", "a");
        assertThat(told.calls)
                .extracting(CallEnded::outcome)
                .containsExactly(CallEnded.Outcome.EXHAUSTED, CallEnded.Outcome.EXHAUSTED);
    }

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
    void onlyGenerationFallsBack() {
        fault("m", NO_QUOTA);
        GeminiPool pool = pool("fb");
        assertThat(catchThrowable(() -> pool.client().models.countTokens("m", "Hi", null)))
                .isInstanceOf(ClientException.class);
        assertThat(catchThrowable(() ->
                        pool.client().async.models.embedContent("m", "Hi", null).join()))
                .hasCauseInstanceOf(ClientException.class);
        assertThat(models()).containsOnly("m");
        assertThat(told.moves).isEmpty();
    }

    @Test
    void aRunnerWithoutRetriesFallsBackToo() {
        fault("m", OVERLOAD);
        GeminiPool pool = pool(
                Map.of("m", to("a", "b")),
                b -> b.attemptRunner((facts, attempt) ->
                        attempt.next() instanceof RetryDecision.Done done ? done.response() : attempt.giveUp()));
        simulator.fault(Fault.when().model("a").wire(OVERLOAD));
        assertThat(pool.generateContent(request()).text()).contains("Hi");
        assertThat(models()).containsExactly("m", "a", "b");
        assertThat(pool.generateContent(request()).text()).contains("Hi");
    }

    private Response post(GeminiPool pool, @Nullable String query, RequestBody body) throws IOException {
        return pool.httpClient()
                .newCall(new Request.Builder()
                        .url(simulator.baseUrl() + "/v1beta/models/m:generateContent"
                                + (query == null ? "" : "?" + query))
                        .post(body)
                        .build())
                .execute();
    }

    private static final class OneShot extends RequestBody {

        @Override
        public @Nullable MediaType contentType() {
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
    @Tag("okhttp")
    void aBodyThatIsGoneIsNotSentToTheFallback() throws IOException {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        try (Response response = post(pool, null, new OneShot())) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(models()).containsExactly("m");
        pool.generateContent(request());
        try (Response response = post(pool, null, new OneShot())) {
            // Nothing of the body was sent to the excluded model.
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(models()).containsExactly("m", "m", "fb", "fb");
    }

    @Test
    @Tag("okhttp")
    void theRestOfTheUrlIsKept() throws IOException {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        try (Response response = post(
                pool,
                "fields=candidates&key=callers-own",
                RequestBody.create(
                        "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}", MediaType.get("application/json")))) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().url().encodedPath()).endsWith("/m:generateContent");
        }
        assertThat(simulator.requests().get(2).path()).isEqualTo("/v1beta/models/fb:generateContent?fields=candidates");
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
