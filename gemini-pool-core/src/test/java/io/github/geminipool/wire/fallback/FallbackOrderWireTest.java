package io.github.geminipool.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.spi.RetryDecision;
import io.github.geminipool.testing.Form;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several fallbacks are tried in their order; retries are counted over all models. */
@Tag("wire")
@Timeout(60)
class FallbackOrderWireTest extends FallbackFixture {

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
                    .hasMessageContaining("Try again in 26 s (");
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
}
