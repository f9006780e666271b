package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.RetryDecision;
import io.github.geminipool.spi.ServiceTier;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Failovers and retries of a call. */
class CallAttemptsTest {

    private CallFixture pool = CallFixture.ofKeys(2);

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private void assertEnded(CallEnded.Outcome outcome, int attempts) {
        assertThat(pool.ended().outcome()).isEqualTo(outcome);
        assertThat(pool.ended().attempts()).isEqualTo(attempts);
        assertThat(pool.exchange.attempts()).isEqualTo(attempts);
    }

    @Test
    void aCallThatSucceedsMakesOneAttempt() throws IOException {
        pool.exchange.answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertEnded(CallEnded.Outcome.SUCCESS, 1);
    }

    @Test
    void failsOverToAnotherKeyAtOnceAndWithoutARetry() throws IOException {
        pool = CallFixture.ofKeys(4);
        pool.options = CallOptions.NONE.withMaxAttempts(1);
        pool.exchange.rejectsKey().rejectsKey().rejectsKey().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.keys()).doesNotHaveDuplicates();
        assertThat(pool.time.passed()).isZero();
        assertEnded(CallEnded.Outcome.SUCCESS, 4);
    }

    @Test
    void retriesElsewhereAtOnceAndThenBacksOffLongerEachTimeUpToTheMaximumOfAttempts() throws IOException {
        pool.options = CallOptions.NONE.withMaxAttempts(4);
        pool.exchange.isOverloaded().isOverloaded().isOverloaded().isOverloaded();
        assertThat(pool.call().code()).isEqualTo(503);
        assertThat(pool.time.passed()).isEqualTo(Duration.ofSeconds(1 + 2));
        assertThat(pool.exchange.keys().get(1))
                .isNotEqualTo(pool.exchange.keys().get(0));
        assertEnded(CallEnded.Outcome.FAILURE, 4);
    }

    @Test
    void backsOffWhereThereIsNoOtherProject() throws IOException {
        pool = CallFixture.ofKeys(1);
        pool.exchange.isOverloaded().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.time.passed()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aRetryMaySucceed() throws IOException {
        pool.exchange.isOverloaded().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.time.passed()).isZero();
        assertEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @Test
    void theCallersMaximumOfAttemptsCounts() throws IOException {
        pool.options = CallOptions.NONE.withMaxAttempts(2);
        pool.exchange.isOverloaded().isOverloaded();
        assertThat(pool.call().code()).isEqualTo(503);
        assertEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void aFailureIsFinalWhereTheRetryBudgetIsUsedUp() throws IOException {
        pool = CallFixture.with(setup -> setup.retry = budget(0.01));
        // Bursts of three are always allowed.
        for (int i = 0; i < 3; i++) {
            assertThat(pool.retries.tryRetry(ServiceTier.STANDARD)).isTrue();
        }
        pool.exchange.isOverloaded();
        assertThat(pool.call().code()).isEqualTo(503);
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aRetryThatHasEndedIsGivenBackToTheBudget() throws IOException {
        pool = CallFixture.with(setup -> setup.retry = budget(0.01));
        pool.retries.tryRetry(ServiceTier.STANDARD);
        pool.retries.tryRetry(ServiceTier.STANDARD);
        pool.exchange.isOverloaded().isOverloaded().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.retries.tryRetry(ServiceTier.STANDARD))
                .as("the third of three")
                .isTrue();
        assertThat(pool.retries.tryRetry(ServiceTier.STANDARD)).as("a fourth").isFalse();
    }

    private static RetrySettings budget(double budget) {
        return new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofSeconds(10), 0, budget);
    }

    @Test
    void aRequestThatMayHaveBeenCarriedOutIsNotSentTwice() {
        pool.exchange.breaksOff(true);
        assertThatThrownBy(() -> pool.call(Responses.create())).hasMessage("connection reset");
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aRequestThatWasNotSentIsRetriedWhateverItDoes() throws IOException {
        pool.exchange.breaksOff(false).answers();
        assertThat(pool.call(Responses.create()).code()).isEqualTo(200);
        assertEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @Test
    void aRequestForContentIsRetriedAfterANetworkFailure() throws IOException {
        pool.exchange.breaksOff(true).answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @Test
    void aBodyThatCanBeSentOnceIsSentOnce() throws IOException {
        pool.exchange.rejectsKey();
        Response response = pool.call(Responses.generate(MODEL, Responses.oneShot()));
        assertThat(response.code()).isEqualTo(400);
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void givesUpAtOnceWhereTheBackOffExceedsTheDeadline() throws IOException {
        pool = CallFixture.ofKeys(1);
        pool.options = CallOptions.NONE.withDeadline(Duration.ofMillis(900));
        pool.exchange.isOverloaded();
        assertThat(pool.call().code()).isEqualTo(503);
        assertThat(pool.time.passed()).isZero();
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aRetryThatGetsNoKeyEndsWithTheFailureBeforeIt() throws IOException {
        pool = CallFixture.ofKeys(1);
        pool.exchange.then((call, lease) -> {
            Failure key = new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k1"), null, true, 400, "a test");
            pool.exclude(key, Duration.ofHours(1));
            Failure own = new Failure(FailureKind.SERVER_ERROR, new Scope.None(), null, false, 500, "a test");
            return FakeExchange.refused(call, lease, own, "{}");
        });
        assertThat(pool.call().code()).isEqualTo(500);
        assertThat(pool.lastCall().refusal()).isNull();
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aWrongProjectSendsTheCallToTheOwnerOnce() throws IOException {
        pool.exchange.then(this::isNotTheOwner).then(this::isNotTheOwner);
        assertThat(pool.call(namesFile()).code()).isEqualTo(403);
        assertThat(pool.exchange.keys()).containsExactly("k1", "k2");
        assertEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void aWrongProjectIsFinalWhereTheOwnerIsUnknown() throws IOException {
        pool.exchange.refuses(FailureKind.WRONG_PROJECT, 403, lease -> new Scope.Request());
        assertThat(pool.call(namesFile()).code()).isEqualTo(403);
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    private static Request namesFile() {
        String body = "{\"contents\":[{\"parts\":[{\"fileData\":"
                + "{\"fileUri\":\"https://gemini.test/v1beta/files/abc\"}}]}]}";
        return Responses.generate(MODEL, RequestBody.create(body, Responses.JSON));
    }

    /** The owner becomes known while the call runs. */
    private ExchangeResult isNotTheOwner(RunningCall call, Lease lease) {
        Request read =
                new Request.Builder().url("http://gemini.test/v1beta/files/abc").build();
        pool.resources.answered(read, pool.resources.factsOf(read), Responses.of(read, 200, "{}"), "p2");
        Failure failure = new Failure(FailureKind.WRONG_PROJECT, new Scope.Request(), null, false, 403, "a test");
        return FakeExchange.refused(call, lease, failure, "{}");
    }

    @Test
    void anEmptyResponseIsRetriedAndItsBodyClosedWhereConfigured() throws IOException {
        pool = CallFixture.with(setup -> setup.retry = CallFixture.RETRY.withOnEmptyResponse(true));
        ClosableBody empty = new ClosableBody("");
        pool.exchange.answersEmpty(EmptyResponse.NO_PARTS, empty).answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(empty.isClosed()).isTrue();
        assertThat(pool.time.passed()).isEqualTo(Duration.ofSeconds(1));
        assertEnded(CallEnded.Outcome.SUCCESS, 2);
        assertThat(pool.events.attempts())
                .isNotEmpty()
                .allSatisfy(attempt -> assertThat(attempt.failure()).isNull());
    }

    @Test
    void anEmptyResponseIsHandedOverOtherwise() throws IOException {
        ClosableBody empty = new ClosableBody("");
        pool.exchange.then((call, lease) -> {
            lease.complete(Outcome.SUCCESS);
            return new ExchangeResult.Answered(
                    Responses.of(call.request(), 200, "application/json", empty), EmptyResponse.NO_PARTS);
        });
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(empty.isClosed()).isFalse();
        assertEnded(CallEnded.Outcome.SUCCESS, 1);
    }

    @Test
    void aRunnerThatGivesUpAnEmptyResponseGetsIt() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.retry = CallFixture.RETRY.withOnEmptyResponse(true);
            setup.runner = (facts, attempt) -> {
                assertThat(attempt.next()).isInstanceOf(RetryDecision.Retry.class);
                return attempt.giveUp();
            };
        });
        ClosableBody empty = new ClosableBody("");
        pool.exchange.answersEmpty(EmptyResponse.NO_PARTS, empty);
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(empty.isClosed()).isFalse();
        assertEnded(CallEnded.Outcome.SUCCESS, 1);
    }

    @Test
    void aRunnerThatRetriesLessGetsTheLastFailure() throws IOException {
        pool = CallFixture.with(setup -> setup.runner = (facts, attempt) -> {
            attempt.next();
            return attempt.giveUp();
        });
        pool.exchange.isOverloaded();
        assertThat(pool.call().code()).isEqualTo(503);
        assertThat(pool.time.passed()).isZero();
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void aRunnerThatGivesUpBeforeTheFirstAttemptFails() {
        pool = CallFixture.with(setup -> setup.runner = (facts, attempt) -> attempt.giveUp());
        assertThatThrownBy(() -> pool.call()).isInstanceOf(IOException.class).hasMessageContaining("given up");
        assertEnded(CallEnded.Outcome.FAILURE, 0);
    }

    @Test
    void aRunnerMayAskAgainAfterTheEnd() throws IOException {
        pool = CallFixture.with(setup -> setup.runner = (facts, attempt) -> {
            ((RetryDecision.Done) attempt.next()).response().close();
            return ((RetryDecision.Done) attempt.next()).response();
        });
        pool.exchange.answers().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @Test
    void aRunnerMayNotAskAgainForWhatMustNotBeSentTwice() {
        pool = CallFixture.with(setup -> setup.runner = (facts, attempt) -> {
            ((RetryDecision.Done) attempt.next()).response().close();
            return ((RetryDecision.Done) attempt.next()).response();
        });
        pool.exchange.answers();
        assertThatThrownBy(() -> pool.call(Responses.create())).hasMessageContaining("must not be sent twice");
        assertEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void anUsedUpQuotaPerMinuteIsWaitedFor() throws IOException {
        pool = CallFixture.ofKeys(1);
        pool.exchange
                .hasNoQuotaLeft(FailureKind.RATE_LIMITED, VirtualTime.START.plusSeconds(20))
                .answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.keys()).isEqualTo(List.of("k1", "k1"));
        assertThat(pool.time.passed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
        assertEnded(CallEnded.Outcome.SUCCESS, 2);
    }
}
