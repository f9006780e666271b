package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The verdict can be read from the exceptions that callers catch. */
@Tag("wire")
@Timeout(60)
class VerdictWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY));
        pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .settings(b.settings().withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1))));
    }

    private @Nullable Failure verdict(Form form) {
        Throwable e = catchThrowable(() -> form.ask(pool, "m", "Hi"));
        assertThat(e).isNotNull();
        invariants.saw(e);
        return Failure.of(e);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"FACADE.*"},
            mode = EnumSource.Mode.MATCH_ALL)
    void isBesideTheExceptionOfTheSdk(Form form) {
        simulator.fault(Fault.when().wire("503-high-demand.json"));

        assertThat(verdict(form)).isNotNull().satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(failure.scope()).isEqualTo(new Scope.Model("m"));
            assertThat(failure.status()).isEqualTo(503);
            assertThat(failure.reason()).contains("overloaded").contains("high demand");
        });
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void isInTheChainOfTheNetworksException(Form form) {
        simulator.fault(Fault.when().reset());

        assertThat(verdict(form)).isNotNull().extracting(Failure::kind).isEqualTo(FailureKind.NETWORK);
    }

    @Test
    void isThatOfTheLastAttemptWhereThePoolRefuses() {
        simulator.fault(Fault.when().wire("400-api-key-invalid.json"));

        assertThat(verdict(Form.FACADE)).isNotNull().extracting(Failure::scope).isEqualTo(new Scope.Key("Key #1"));
    }

    @Test
    void isBesideAnErrorInTheMiddleOfAStream() {
        simulator.fault(Fault.when().errorInStream(1, Framing.BARE, "500-internal.json"));

        Throwable e = catchThrowable(() -> Form.FACADE_STREAM.ask(pool, "m", "Tell me a long story"));

        assertThat(e).isInstanceOf(ApiException.class);
        assertThat(Failure.of(e)).isNotNull().extracting(Failure::kind).isEqualTo(FailureKind.SERVER_ERROR);
    }

    @Test
    void showsInTheStackTrace() {
        simulator.fault(Fault.when().wire("503-high-demand.json"));

        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));

        assertThat(e).hasStackTraceContaining("OVERLOADED of model 'gemini-flash-latest': The model is overloaded");
    }

    @Test
    void isInAResultToo() {
        simulator.fault(Fault.when().wire("404-model-not-found.json"));

        GenerationResult result = pool.tryGenerateContent(GenerationRequest.of("Hi"));

        assertThat(result.failure()).isNotNull();
        assertThat(Failure.of(Objects.requireNonNull(result.failure())))
                .isEqualTo(result.attempts().get(0).failure());
    }

    @Test
    void isNoneOfExceptionsThatSayNothing() {
        assertThat(Failure.of(new CompletionException(new GenAiIOException("no reason", new IOException()))))
                .isNull();
        IllegalStateException circle = new IllegalStateException("one");
        circle.initCause(new IllegalStateException("two", circle));
        assertThat(List.of(circle)).allSatisfy(e -> assertThat(Failure.of(e)).isNull());
    }
}
