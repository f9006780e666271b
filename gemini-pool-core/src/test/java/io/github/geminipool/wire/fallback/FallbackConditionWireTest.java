package io.github.geminipool.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls fall back when their model has no quota or is overloaded, and in no other case. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class FallbackConditionWireTest extends FallbackFixture {

    @ParameterizedTest
    @ValueSource(
            strings = {
                MINUTE,
                "400-api-key-invalid.json",
                "400-thought-signature-missing.array-wrapped.json",
                "400-user-location.json",
                "402-prepay-depleted.json",
                "403-project-denied.json",
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
}
