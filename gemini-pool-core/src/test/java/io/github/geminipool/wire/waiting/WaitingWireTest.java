package io.github.geminipool.wire.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for keys and instances, in virtual time. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class WaitingWireTest extends WaitingFixture {

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
