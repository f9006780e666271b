package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallTrace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that are refused, cancelled, interrupted or broken by their runner, and the events of their ends. */
class CallAttemptsEndTest {

    private CallFixture pool = CallFixture.ofKeys(1);

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private void assertEnded(CallEnded.Outcome outcome, int attempts) {
        assertThat(pool.ended().outcome()).isEqualTo(outcome);
        assertThat(pool.ended().attempts()).isEqualTo(attempts);
        assertThat(pool.exchange.attempts()).isEqualTo(attempts);
    }

    private static Failure keyRejected() {
        return new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k1"), null, false, 400, "a test");
    }

    @Test
    void aCallWithoutAKeyGetsA429ThatSaysWhenToTryAgain() throws IOException {
        pool.exclude(keyRejected(), Duration.ofSeconds(90));
        Response response = pool.call();
        assertThat(response.code()).isEqualTo(429);
        assertThat(Objects.requireNonNull(response.body()).string())
                .contains("\"RESOURCE_EXHAUSTED\"", "\"retryDelay\":\"90s\"");
        assertThat(pool.lastCall().refusal()).isInstanceOfSatisfying(PoolExhaustedException.class, exhausted -> {
            assertThat(exhausted.retryAfter()).isEqualTo(Duration.ofSeconds(90));
            assertThat(exhausted.whyNot()).containsOnlyKeys("k1");
            assertThat(exhausted.tried()).isEmpty();
        });
        assertEnded(CallEnded.Outcome.EXHAUSTED, 0);
    }

    @Test
    void aRefusalAfterAttemptsTellsOfThem() throws IOException {
        pool.exchange.rejectsKey();
        assertThat(pool.call().code()).isEqualTo(429);
        assertThat(pool.lastCall().refusal())
                .isInstanceOfSatisfying(
                        PoolExhaustedException.class,
                        exhausted -> assertThat(exhausted.tried())
                                .extracting(Failure::kind)
                                .containsExactly(FailureKind.KEY_REJECTED));
        assertEnded(CallEnded.Outcome.EXHAUSTED, 1);
    }

    @Test
    void theAcquireTimeoutBoundsAllWaitsTogether() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.size = 1;
            setup.acquireTimeout = Duration.ofSeconds(10);
        });
        pool.holdInstance(Duration.ofSeconds(6));
        pool.exchange.then((call, lease) -> {
            Failure failure = new Failure(FailureKind.SERVER_ERROR, new Scope.None(), null, false, 500, "a test");
            ExchangeResult result = FakeExchange.refused(call, lease, failure, "{}");
            pool.holdInstance(Duration.ofSeconds(20));
            return result;
        });
        // Waits 6 s, and may wait for 4 s more.
        assertThat(pool.call().code()).isEqualTo(500);
        assertThat(pool.ended().waited()).isEqualTo(Duration.ofSeconds(10));
        assertThat(pool.ended().elapsed()).isEqualTo(Duration.ofSeconds(10));
        assertEnded(CallEnded.Outcome.FAILURE, 1);
        pool.time.advance(Duration.ofSeconds(20));
    }

    @Test
    void aClosedPoolRefusesCalls() {
        pool.pools.close();
        assertThatThrownBy(() -> pool.call())
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(PoolClosedException.class);
        assertThat(pool.lastCall().refusal()).isInstanceOf(PoolClosedException.class);
        assertEnded(CallEnded.Outcome.FAILURE, 0);
    }

    @Test
    void aPoolThatIsClosedMeanwhileRefusesARetry() {
        pool.exchange.isOverloaded();
        pool.time.in(Duration.ofMillis(500), () -> pool.pools.close());
        assertThatThrownBy(() -> pool.call()).hasCauseInstanceOf(PoolClosedException.class);
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aPromptThatNoProjectMaySendIsNotSent() throws IOException {
        pool = CallFixture.with(setup -> setup.limits = Limits.NONE.withTokensPerMinute(100));
        RequestBody large = RequestBody.create(
                "{\"contents\":[{\"parts\":[{\"text\":\"" + "word ".repeat(2_000) + "\"}]}]}", Responses.JSON);
        Response response = pool.call(Responses.generate(MODEL, large));
        assertThat(response.code()).isEqualTo(400);
        assertThat(Objects.requireNonNull(response.body()).string())
                .contains("INVALID_ARGUMENT", "was not sent", "more than 100");
        assertEnded(CallEnded.Outcome.FAILURE, 0);
    }

    @Test
    void cancellingACallEndsItsWaitForALease() {
        pool = CallFixture.with(setup -> setup.size = 1);
        Lease other = pool.lease();
        FakeCall call = pool.begin(Responses.generate(MODEL));
        pool.time.in(Duration.ofSeconds(1), call::cancel);
        assertThatThrownBy(() -> pool.run(call)).isInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(pool.pool().state().waiting()).isZero();
        assertThat(pool.ended().waited()).isEqualTo(Duration.ofSeconds(1));
        assertEnded(CallEnded.Outcome.CANCELLED, 0);
        other.complete(Outcome.SUCCESS);
    }

    @Test
    void aCallThatWasCancelledBeforeMakesNoAttempt() {
        FakeCall call = pool.begin(Responses.generate(MODEL));
        call.cancel();
        assertThatThrownBy(() -> pool.run(call)).hasMessage("Canceled");
        assertEnded(CallEnded.Outcome.CANCELLED, 0);
    }

    @Test
    void cancellingACallEndsItsBackOff() {
        FakeCall call = pool.begin(Responses.generate(MODEL));
        pool.exchange.isOverloaded();
        pool.time.in(Duration.ofMillis(500), () -> {
            assertThat(pool.pool().state().betweenAttempts()).isEqualTo(1);
            call.cancel();
        });
        assertThatThrownBy(() -> pool.run(call)).isInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(pool.time.passed()).isEqualTo(Duration.ofMillis(500));
        assertEnded(CallEnded.Outcome.CANCELLED, 1);
    }

    @Test
    void anInterruptedThreadStopsWaitingForALease() {
        pool = CallFixture.with(setup -> setup.size = 1);
        Lease other = pool.lease();
        pool.time.in(Duration.ofSeconds(1), Thread.currentThread()::interrupt);
        assertThatThrownBy(() -> pool.call())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertEnded(CallEnded.Outcome.FAILURE, 0);
        other.complete(Outcome.SUCCESS);
    }

    @Test
    void anInterruptedThreadStopsItsBackOff() {
        pool.exchange.isOverloaded();
        pool.time.in(Duration.ofMillis(500), Thread.currentThread()::interrupt);
        assertThatThrownBy(() -> pool.call())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("retry");
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void whatARunnerThrowsReachesTheCallerAsAnIOException() {
        pool = CallFixture.with(setup -> setup.runner = (facts, attempt) -> {
            attempt.next();
            throw new IllegalStateException("a broken runner with " + CallFixture.secret("k1"));
        });
        pool.exchange.isOverloaded();
        assertThatThrownBy(() -> pool.call())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a broken runner")
                .hasMessageNotContaining(CallFixture.secret("k1"))
                .hasNoCause();
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aRunnerThatFailsAfterASuccessMakesTheCallAFailure() {
        pool = CallFixture.with(setup -> setup.runner = (facts, attempt) -> {
            attempt.next();
            throw new IllegalStateException("a broken runner");
        });
        pool.exchange.answers();
        assertThatThrownBy(() -> pool.call()).hasMessageContaining("a broken runner");
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aTraceIsToldOfTheCallAndItsAttempts() throws IOException {
        List<Record> told = new ArrayList<>();
        pool = CallFixture.with(setup -> setup.tracer = () -> () -> new Recording(told));
        pool.exchange.isOverloaded().answers();
        pool.call();
        assertThat(told)
                .extracting(Record::getClass)
                .map(Class::getSimpleName)
                .containsExactly(
                        "CallFacts", "AttemptStarted", "AttemptEnded", "AttemptStarted", "AttemptEnded", "CallEnded");
        assertThat(told).last().isEqualTo(pool.ended());
    }

    private record Recording(List<Record> told) implements CallTrace {

        @Override
        public void asks(CallFacts facts) {
            told.add(facts);
        }

        @Override
        public void attemptStarted(AttemptStarted event) {
            told.add(event);
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            told.add(event);
        }

        @Override
        public void ended(CallEnded event) {
            told.add(event);
        }
    }

    @Test
    void aCallThatAsksForItGetsTheReasonsForItsKeys() throws IOException {
        pool.options = CallOptions.NONE.withExplained(true);
        pool.exchange.isOverloaded().answers();
        pool.call();
        assertThat(pool.lastCall().decisions()).extracting("key").containsExactly("k1", "k1");
    }
}
