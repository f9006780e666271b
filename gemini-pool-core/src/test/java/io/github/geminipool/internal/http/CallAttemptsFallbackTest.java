package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.FALLBACK;
import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that go on with another model. */
class CallAttemptsFallbackTest {

    private static final String LAST = "gemini-last-latest";

    private CallFixture pool = ofKeys(1, FALLBACK, LAST);

    private static CallFixture ofKeys(int keys, String... fallbacks) {
        return CallFixture.with(setup -> {
            setup.keys = keys;
            setup.fallbacks = List.of(fallbacks);
        });
    }

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private FakeExchange hasNoQuotaToday() {
        return pool.exchange.hasNoQuotaLeft(
                FailureKind.DAILY_QUOTA_EXHAUSTED, VirtualTime.START.plus(Duration.ofHours(12)));
    }

    private List<String> fallbacks() {
        return pool.events.events(ModelFellBack.class).stream()
                .map(event -> event.model() + " → " + event.fallback() + ": "
                        + event.failure().kind())
                .toList();
    }

    @Test
    void goesOnWithTheNextModelWhereNoKeyHasQuotaLeft() throws IOException {
        hasNoQuotaToday();
        hasNoQuotaToday().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, FALLBACK, LAST);
        assertThat(pool.time.passed()).isZero();
        assertThat(fallbacks())
                .containsExactly(
                        MODEL + " → " + FALLBACK + ": DAILY_QUOTA_EXHAUSTED",
                        FALLBACK + " → " + LAST + ": DAILY_QUOTA_EXHAUSTED");
        assertThat(pool.ended().model()).isEqualTo(MODEL);
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.SUCCESS);
        assertThat(pool.ended().attempts()).isEqualTo(3);
    }

    @Test
    void triesTheOtherKeysOfAModelBeforeTheNextModel() throws IOException {
        pool = ofKeys(2, FALLBACK);
        hasNoQuotaToday().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, MODEL);
        assertThat(fallbacks()).isEmpty();
    }

    @Test
    void goesOnBeforeTheFirstAttemptWhereAllKeysAreExcluded() throws IOException {
        excludeAll(MODEL);
        pool.exchange.answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(FALLBACK);
        assertThat(fallbacks()).containsExactly(MODEL + " → " + FALLBACK + ": DAILY_QUOTA_EXHAUSTED");
        assertThat(pool.events.events()).first().isInstanceOf(ModelFellBack.class);
    }

    private void excludeAll(String model) {
        Failure failure = new Failure(
                FailureKind.DAILY_QUOTA_EXHAUSTED, new Scope.ProjectModel("p1", model), null, false, 429, "a test");
        pool.exclude(failure, Duration.ofHours(1));
    }

    @Test
    void anOverloadedModelIsLeftWhenItsRetriesAreUsedUp() throws IOException {
        pool.exchange.isOverloaded().isOverloaded().isOverloaded().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, MODEL, MODEL, FALLBACK);
        assertThat(fallbacks()).containsExactly(MODEL + " → " + FALLBACK + ": OVERLOADED");
    }

    @Test
    void aRunnerThatGivesUpGetsTheFallbacksResponse() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.fallbacks = List.of(FALLBACK);
            setup.runner = (facts, attempt) -> {
                attempt.next();
                return attempt.giveUp();
            };
        });
        pool.exchange.isOverloaded().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, FALLBACK);
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.SUCCESS);
    }

    @Test
    void afterGivingUpTheFallbackIsNotRetried() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.fallbacks = List.of(FALLBACK);
            setup.runner = (facts, attempt) -> {
                attempt.next();
                return attempt.giveUp();
            };
        });
        pool.exchange.isOverloaded().refuses(FailureKind.SERVER_ERROR, 500, lease -> new Scope.None());
        assertThat(pool.call().code()).isEqualTo(500);
        assertThat(pool.exchange.models()).containsExactly(MODEL, FALLBACK);
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.FAILURE);
    }

    @Test
    void aFailureThatAnotherModelDoesNotCureIsFinal() throws IOException {
        pool.exchange.refuses(FailureKind.INVALID_REQUEST, 400, lease -> new Scope.Request());
        assertThat(pool.call().code()).isEqualTo(400);
        assertThat(fallbacks()).isEmpty();
    }

    @Test
    void aBodyThatCanBeSentOnceHasNoFallbackAfterAnAttempt() throws IOException {
        hasNoQuotaToday();
        Response response = pool.call(Responses.generate(MODEL, Responses.oneShot()));
        assertThat(response.code()).isEqualTo(429);
        assertThat(pool.exchange.models()).containsExactly(MODEL);
        assertThat(fallbacks()).isEmpty();
    }

    @Test
    void aBodyThatCanBeSentOnceHasAFallbackBeforeTheFirstAttempt() throws IOException {
        excludeAll(MODEL);
        pool.exchange.answers();
        Response response = pool.call(Responses.generate(MODEL, Responses.oneShot()));
        assertThat(response.code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(FALLBACK);
    }

    @Test
    void aRefusalNamesAllModelsThatWereTried() throws IOException {
        excludeAll(MODEL);
        excludeAll(FALLBACK);
        excludeAll(LAST);
        assertThat(pool.call().code()).isEqualTo(429);
        assertThat(pool.lastCall().refusal())
                .isInstanceOf(PoolExhaustedException.class)
                .hasMessageContainingAll(MODEL, FALLBACK, LAST);
        assertThat(pool.ended().outcome()).isEqualTo(CallEnded.Outcome.EXHAUSTED);
        assertThat(pool.ended().attempts()).isZero();
    }
}
