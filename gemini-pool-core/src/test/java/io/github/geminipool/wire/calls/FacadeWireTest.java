package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The facade: requests, results, futures, and an application's own components. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class FacadeWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    @Test
    void aRequestSaysEverythingThatTheSdkTakes() {
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(KEY).settings(b.settings().withDefaultModel("mine")));
        assertThat(pool.generateContent("Hi").modelVersion()).contains("mine");
        GenerationRequest request = GenerationRequest.of(List.of(
                        Content.builder()
                                .role("user")
                                .parts(Part.fromText("first"))
                                .build(),
                        Content.builder()
                                .role("model")
                                .parts(Part.fromText("yes?"))
                                .build(),
                        Content.builder()
                                .role("user")
                                .parts(Part.fromText("second"))
                                .build()))
                .model("other")
                .temperature(0.5f)
                .systemInstruction("Be brief")
                .deadline(Duration.ofMinutes(1))
                .acquireTimeout(Duration.ofSeconds(1))
                .maxAttempts(1);
        GenerationResult result = invariants.saw(pool.tryGenerateContent(request));
        invariants.saw(request);
        assertThat(result.text()).contains("second").contains("other");
        assertThat(result.orThrow().modelVersion()).contains("other");
        assertThat(result.toString()).contains("keyName=Key #1").doesNotContain("second");
        assertThat(request.toString()).doesNotContain("second").doesNotContain("brief");
    }

    @Test
    void aResultHoldsTheExceptionThatWouldHaveBeenThrown() {
        simulator.fault(Fault.when().wire("404-model-not-found.json"));
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        for (GenerationResult result : List.of(
                pool.tryGenerateContent(GenerationRequest.of("Hi")),
                pool.tryGenerateContentAsync(GenerationRequest.of("Hi")).join())) {
            assertThat(result.isSuccess()).isFalse();
            assertThat(result.response()).isNull();
            assertThat(invariants.saw(result.failure())).isInstanceOf(ClientException.class);
            assertThat(result.keyName()).isEqualTo("Key #1");
            assertThat(result.attempts()).hasSize(1);
            assertThatThrownBy(result::text).isSameAs(result.failure());
        }
        assertThatThrownBy(() -> pool.generateContentAsync("Hi").join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ClientException.class);
    }

    /** The SDK's own text() throws for the second and the third response. */
    @Test
    void aResultHasTheTextWhateverTheFinishReason() {
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        simulator.fault(Fault.when().first(1).wire("200-prompt-blocked.json"));
        assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).text()).isNull();
        simulator.fault(Fault.when().first(1).wire("200-finish-blocklist.json"));
        assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).text()).isNull();
        simulator.fault(Fault.when()
                .first(1)
                .body(
                        200,
                        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Once\"}]},"
                                + "\"finishReason\":\"SAFETY\"}]}"));
        assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).text()).isEqualTo("Once");
        assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).text()).contains("Hi");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void automaticFunctionCallsAreOneCallOfThePool(boolean asynchronous) throws Exception {
        simulator.fault(
                Fault.when()
                        .nth(1)
                        .body(
                                200,
                                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"functionCall\":"
                                        + "{\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}}}]},\"finishReason\":\"STOP\"}]}"));
        simulator.fault(Fault.when().key(OTHER).wire("429-free-tpm.json"));
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY).key(OTHER));
        Method weather = FacadeWireTest.class.getMethod("weather", String.class);
        GenerationRequest request = GenerationRequest.of("How is the weather?")
                .config(GenerateContentConfig.builder()
                        .tools(Tool.builder().functions(weather).build())
                        .build());

        GenerationResult result = asynchronous
                ? pool.tryGenerateContentAsync(request).get(20, TimeUnit.SECONDS)
                : pool.tryGenerateContent(request);

        assertThat(result.failure()).isNull();
        // The function call, the failure of the second key, and the response.
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER, KEY);
        assertThat(result.attempts()).hasSize(3);
    }

    @Test
    void aCallWithFunctionsIsRefusedByAClosedPoolLikeAnyOther() throws Exception {
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        pool.close();
        Method weather = FacadeWireTest.class.getMethod("weather", String.class);
        GenerationRequest request = GenerationRequest.of("How is the weather?")
                .config(GenerateContentConfig.builder()
                        .tools(Tool.builder().functions(weather).build())
                        .build());
        assertThat(pool.tryGenerateContentAsync(request).join().failure()).isInstanceOf(PoolClosedException.class);
    }

    /** A function for the model to call. */
    public static String weather(String city) {
        return "Sunny in " + city;
    }

    @Test
    void listenersAreToldInOrder() {
        simulator.keyState(KEY, KeyState.EXPIRED);
        List<Object> events = new CopyOnWriteArrayList<>();
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY).key(OTHER).listener(new Recorder(events)));
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
        Eventually.await("all is told", () -> events.size() == 6);
        assertThat(events.get(0)).isEqualTo(new AttemptStarted("m", "Key #1", "Key #1", 0));
        assertThat(events.get(1)).isInstanceOfSatisfying(ScopeExcluded.class, excluded -> {
            assertThat(excluded.scope()).isEqualTo(new Scope.Key("Key #1"));
            assertThat(excluded.failure().kind()).isEqualTo(FailureKind.KEY_REJECTED);
            assertThat(excluded.until()).isNotNull();
        });
        assertThat(events.get(2)).isInstanceOfSatisfying(AttemptEnded.class, ended -> {
            assertThat(ended.key()).isEqualTo("Key #1");
            assertThat(ended.failure()).isNotNull();
            assertThat(ended.sent()).isTrue();
        });
        assertThat(events.get(3)).isInstanceOf(AttemptStarted.class);
        assertThat(events.subList(4, 6)).hasAtLeastOneElementOfType(AttemptEnded.class);
        assertThat(events.subList(4, 6))
                .filteredOn(CallEnded.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(CallEnded.class, ended -> {
                    assertThat(ended.outcome()).isEqualTo(CallEnded.Outcome.SUCCESS);
                    assertThat(ended.attempts()).isEqualTo(2);
                });
    }

    private record Recorder(List<Object> events) implements PoolListener {
        @Override
        public void attemptStarted(AttemptStarted event) {
            events.add(event);
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            events.add(event);
        }

        @Override
        public void callEnded(CallEnded event) {
            events.add(event);
        }

        @Override
        public void scopeExcluded(ScopeExcluded event) {
            events.add(event);
        }
    }

    @Test
    void aListenerThatThrowsIsLoggedOnceAndAffectsNoCall() {
        List<Object> events = new CopyOnWriteArrayList<>();
        PoolListener bad = new PoolListener() {
            @Override
            public void attemptStarted(AttemptStarted event) {
                throw new IllegalStateException("a listener's own fault");
            }
        };
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(KEY).listener(bad).listener(new Recorder(events)));
        IntStream.range(0, 3).forEach(i -> pool.generateContent("Hi"));
        Eventually.await("all is told", () -> events.size() == 9);
        assertThat(invariants.logged())
                .filteredOn(line -> line.contains("a listener's own fault"))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void anExceptionOfARunnerReachesTheCallerAsAnIoException(Form form) {
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY).attemptRunner((facts, attempt) -> {
                    throw new IllegalStateException("a runner's own fault");
                }));
        Throwable e = invariants.saw(catchThrowable(() -> form.ask(pool, "m", "Hi")));
        assertThat(e).hasStackTraceContaining("a runner's own fault").hasStackTraceContaining("IOException");
        if (form == Form.FACADE) {
            assertThat(e).isInstanceOf(GenAiIOException.class);
        }
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void aRunnerMayRetryLessThanThePoolWould() {
        simulator.fault(Fault.when().respond(503));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY).attemptRunner((facts, attempt) -> {
                    attempt.next();
                    return attempt.giveUp();
                }));
        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
        assertThat(e).hasMessageContaining("503");
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void aStrategyOfTheApplicationChooses() {
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY).key(OTHER).selectionStrategy(c -> c.keyName().equals("Key #2") ? 1 : 0));
        IntStream.range(0, 3).forEach(i -> pool.generateContent("Hi"));
        assertThat(simulator.requestsByKey()).containsOnlyKeys(OTHER);
    }

    @Test
    @Tag("once") // Model pools do not depend on OkHttp.
    void manyModelsDoNotMakeManyPools() {
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(KEY).settings(b.settings().withSize(1)));
        IntStream.range(0, 1_100)
                .mapToObj(i ->
                        pool.generateContentAsync(GenerationRequest.of("Hi").model("m" + i)))
                .toList()
                .forEach(CompletableFuture::join);
        assertThat(pool.stats().models())
                .hasSize(1_001)
                .anyMatch(model -> model.model().equals("(other)"));
        assertThat(pool.stats().calls()).isEqualTo(1_100);
    }
}
