package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.ErrorClassifier;
import io.github.geminipool.internal.wire.ErrorVerdict;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.ServiceTier;
import io.github.geminipool.stats.QuotaUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of the flex tier, and hops of long answers, in virtual time. */
class CallAttemptsTierTest {

    private static final String TOKEN = "dG9rZW4=";

    private CallFixture pool = CallFixture.ofKeys(2);

    private static Request request(String more) {
        return Responses.post(
                "models/" + MODEL + ":generateContent",
                RequestBody.create(
                        "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]" + more + "}",
                        MediaType.get("application/json")));
    }

    private static final Request FLEX = request(",\"serviceTier\":\"flex\"");
    private static final Request HOP = request(",\"continuationToken\":\"" + TOKEN + "\"");

    private void hasNoFlexCapacity(int times) {
        for (int i = 0; i < times; i++) {
            pool.exchange.then((call, lease) -> FakeExchange.refused(
                    call,
                    lease,
                    new Failure(
                            FailureKind.OVERLOADED,
                            FailureCause.FLEX_CAPACITY,
                            new Scope.None(),
                            null,
                            false,
                            503,
                            "a test"),
                    "{}"));
        }
    }

    @Test
    void theBackOffDoublesUpToAMinuteForAQuarterOfAnHour() throws IOException {
        // 1 + 2 + 4 + 8 + 16 + 32 and then 13 minutes: 14 would be more than fifteen minutes in all.
        hasNoFlexCapacity(20);
        assertThat(pool.call(FLEX).code()).isEqualTo(503);
        assertThat(pool.exchange.attempts()).isEqualTo(20);
        assertThat(pool.time.passed()).isEqualTo(Duration.ofSeconds(63).plusMinutes(13));
        pool.assertNothingIsLeft();
    }

    @Test
    void theDeadlineOfTheCallCountsBeforeThat() throws IOException {
        pool.options = CallOptions.NONE.withDeadline(Duration.ofSeconds(10));
        hasNoFlexCapacity(4);
        assertThat(pool.call(FLEX).code()).isEqualTo(503);
        assertThat(pool.time.passed()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theCallersMaximumOfAttemptsCountsToo() throws IOException {
        pool.options = CallOptions.NONE.withMaxAttempts(2);
        hasNoFlexCapacity(2);
        assertThat(pool.call(FLEX).code()).isEqualTo(503);
        assertThat(pool.exchange.attempts()).isEqualTo(2);
    }

    @Test
    void retriesTakeNothingFromTheBudgetOfOthers() throws IOException {
        pool = CallFixture.with(
                setup -> setup.retry = new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofSeconds(10), 0, 0.01));
        for (int i = 0; i < 4; i++) {
            assertThat(pool.retries.tryRetry(ServiceTier.FLEX)).isTrue();
        }
        assertThat(pool.retries.tryRetry(ServiceTier.FLEX))
                .as("its own is bounded")
                .isFalse();
        pool.exchange.isOverloaded().answers();
        assertThat(pool.call(Responses.generate(MODEL)).code()).isEqualTo(200);
    }

    @Test
    void thatThereIsNoFlexCapacityIsNoOutage() throws IOException {
        pool.options = CallOptions.NONE.withMaxAttempts(1);
        hasNoFlexCapacity(50);
        for (int i = 0; i < 50; i++) {
            assertThat(pool.call(FLEX).code()).isEqualTo(503);
        }
        assertThat(pool.exclusions.active(pool.time.clock().nanos())).isEmpty();
        assertThat(pool.pool().isOverloaded()).isFalse();
    }

    @Test
    void flexInstancesAreNotThoseOfOthersButQuotasAre() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.keys = 1;
            setup.size = 1;
            setup.limits = Limits.NONE.withRequestsPerMinute(10);
        });
        pool.exchange.answers().answers().answers();
        pool.call(Responses.generate(MODEL));
        pool.lease();
        // The only instance of the model is in use, but not that of the flex tier.
        pool.call(FLEX);
        assertThat(pool.time.passed()).isZero();
        ModelPool flex = pool.pools.of(MODEL, ServiceTier.FLEX);
        assertThat(used(flex)).isEqualTo(3);
        assertThat(used(pool.pool())).isEqualTo(3);
        pool.call(FLEX);
        assertThat(used(pool.pool())).isEqualTo(4);
    }

    private static long used(ModelPool pool) {
        return pool.state().quotas().stream().mapToLong(QuotaUsage::used).sum();
    }

    private void issued(String project) {
        CallFacts first = pool.resources.factsOf(request(""));
        String token = pool.resources.factsOf(HOP).continuation();
        pool.continuations.answered(
                first,
                token,
                new ResponseFacts("m", "r", "CONTINUATION", new TokenUsage(700, 0, 200, 100)),
                project,
                true);
    }

    @Test
    void aHopStaysOnItsProject() throws IOException {
        issued("p2");
        pool.exchange.answers().answers();
        pool.call(HOP);
        pool.call(HOP);
        assertThat(pool.exchange.keys()).containsExactly("k2", "k2");
    }

    @Test
    void aHopThatAnotherProjectDoesNotKnowWaitsForItsOwn() throws IOException {
        issued("p2");
        pool.exchange
                .refuses(
                        FailureKind.RATE_LIMITED,
                        429,
                        lease -> new Scope.ProjectModel(lease.project(), MODEL),
                        pool.time.now().plusSeconds(5))
                .refuses(FailureKind.INVALID_REQUEST, 400, lease -> new Scope.Request())
                .answers();
        assertThat(pool.call(HOP).code()).isEqualTo(200);
        assertThat(pool.exchange.keys()).containsExactly("k2", "k1", "k2");
        assertThat(pool.time.passed()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
    }

    @Test
    void aHopReservesTheTokensThatItReads() throws IOException {
        pool = CallFixture.with(setup -> setup.limits = Limits.NONE.withTokensPerMinute(10_000));
        issued("p2");
        List<Long> reserved = new ArrayList<>();
        pool.exchange.then((call, lease) -> {
            reserved.add(lease.reserved());
            lease.complete(Outcome.SUCCESS);
            return new ExchangeResult.Answered(Responses.of(call.request(), 200, "{}"), null);
        });
        pool.call(HOP);
        assertThat(reserved).containsExactly(1_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "503, '{}', FLEX_CAPACITY",
        "429, '{\"error\":{\"code\":429,\"message\":\"Resource has been exhausted\",\"status\":\"RESOURCE_EXHAUSTED\"}}',"
                + " FLEX_CAPACITY",
        "504, '{}', FLEX_CAPACITY",
        "500, '{}', SERVER_ERROR",
        "400, '{}', REQUEST_INVALID",
        "401, '{}', KEY_INVALID"
    })
    void onlyRefusalsForWantOfCapacityAreOfTheFlexTier(int status, String body, FailureCause cause) {
        AttemptContext attempt = new AttemptContext("k", "p", "b", "m", pool.time.now());
        ErrorVerdict verdict = ErrorClassifier.read(status, body, attempt);
        assertThat(verdict.ofFlex().failure().cause()).isEqualTo(cause);
        @Nullable Scope scope = verdict.ofFlex().failure().scope();
        assertThat(scope.equals(new Scope.None())).isEqualTo(status >= 429);
    }

    @Test
    void aNamedQuotaIsThatOfTheProjectForFlexToo() {
        AttemptContext attempt = new AttemptContext("k", "p", "b", "m", pool.time.now());
        String body =
                "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"Quota exceeded\",\"details\":["
                        + "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaId\":"
                        + "\"GenerateRequestsPerMinutePerProjectPerModel-PaidTier\",\"quotaValue\":\"5\"}]}]}}";
        ErrorVerdict verdict = ErrorClassifier.read(429, body, attempt);
        assertThat(verdict.ofFlex()).isSameAs(verdict);
        assertThat(verdict.failure().kind()).isEqualTo(FailureKind.RATE_LIMITED);
    }
}
