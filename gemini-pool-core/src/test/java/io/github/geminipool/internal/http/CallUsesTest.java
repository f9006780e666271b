package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.ErrorClassifier;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one use of a model is refused for says nothing of the others, whichever use comes first. A choice that never ends would hold the
 * pool's lock, hence the separate threads.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallUsesTest {

    private static final Request PLAIN = Responses.generate(MODEL);
    private static final Request GROUNDED =
            Responses.generate(MODEL, RequestBody.create("{\"tools\": [{\"googleSearch\": {}}]}", Responses.JSON));
    private static final Request COUNT =
            Responses.post("models/" + MODEL + ":countTokens", RequestBody.create("{}", Responses.JSON));

    private final CallFixture pool = CallFixture.ofKeys(2);

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private void isAnswered(Request request) throws IOException {
        pool.exchange.answers();
        pool.time.advance(Duration.ofMillis(1));
        assertThat(pool.call(request).code()).isEqualTo(200);
    }

    private String keyOfAttempt(int fromEnd) {
        return pool.exchange.keys().get(pool.exchange.attempts() - fromEnd);
    }

    @Test
    void theFirstUseIsOutAloneToo() throws IOException {
        pool.exchange.refuses(FailureCause.PERMISSION_DENIED, 403).answers();
        assertThat(pool.call(GROUNDED).code()).isEqualTo(200);
        String guilty = keyOfAttempt(2);
        pool.options = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of(guilty)));
        isAnswered(PLAIN);
        isAnswered(COUNT);
        pool.options = CallOptions.NONE;
        int before = pool.exchange.attempts();
        for (int i = 0; i < 4; i++) {
            isAnswered(GROUNDED);
        }
        assertThat(pool.exchange.keys().subList(before, before + 4)).doesNotContain(guilty);
        for (int i = 0; i < 4; i++) {
            isAnswered(PLAIN);
        }
        assertThat(pool.exchange.keys().subList(before + 4, before + 8)).contains(guilty);
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "cachedContents", "models"})
    void whatTakesNoQuotaIsAskedOnceToo(String list) throws IOException {
        pool.exchange.refuses(FailureCause.PERMISSION_DENIED, 403).answers();
        assertThat(pool.call(Responses.get(list)).code()).isEqualTo(200);
        String guilty = keyOfAttempt(2);
        for (int i = 0; i < 4; i++) {
            isAnswered(Responses.get(list));
            assertThat(keyOfAttempt(1)).isNotEqualTo(guilty);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"DAILY_QUOTA_EXHAUSTED", "NOT_ENTITLED", "RATE_LIMITED"})
    void aQuotaOfAToolShutsThatUseAlone(FailureKind kind) throws IOException {
        for (Request first : new Request[] {PLAIN, GROUNDED}) {
            CallFixture fresh = CallFixture.ofKeys(2);
            if (first == PLAIN) {
                fresh.exchange.answers();
                fresh.call(PLAIN);
            }
            for (int i = 0; i < 2; i++) {
                fresh.exchange.refuses(
                        kind,
                        429,
                        lease -> new Scope.ProjectModel(lease.project(), MODEL, Use.GROUNDED),
                        fresh.time.now().plusSeconds(3_600));
            }
            assertThat(fresh.call(GROUNDED).code()).isEqualTo(429);
            int before = fresh.exchange.attempts();
            assertThat(fresh.call(GROUNDED).code()).as("refused by the pool").isEqualTo(429);
            assertThat(fresh.exchange.attempts()).isEqualTo(before);
            for (int i = 0; i < 4; i++) {
                fresh.exchange.answers();
                assertThat(fresh.call(PLAIN).code()).isEqualTo(200);
            }
            assertThat(fresh.exchange.keys().subList(before, before + 4)).containsOnly("k1", "k2");
            fresh.time.advance(Duration.ofSeconds(3_601));
            fresh.exchange.answers();
            assertThat(fresh.call(GROUNDED).code()).isEqualTo(200);
            fresh.assertNothingIsLeft();
        }
    }

    @Test
    void aUseThatFailsIsPassedOverAlone() throws IOException {
        String guilty = "k1";
        pool.options = CallOptions.NONE.withMaxAttempts(1);
        for (int i = 0; i < 20; i++) {
            pool.time.advance(Duration.ofMillis(1));
            pool.exchange.then((call, lease) -> {
                FakeExchange once = new FakeExchange();
                if (lease.keyName().equals(guilty)) {
                    once.refuses(FailureKind.SERVER_ERROR, 500, failed -> new Scope.None());
                } else {
                    once.answers();
                }
                return once.next(call, lease);
            });
            pool.call(GROUNDED);
        }
        assertThat(pool.exchange.keys().stream().filter(guilty::equals)).hasSizeLessThanOrEqualTo(3);
        int before = pool.exchange.attempts();
        for (int i = 0; i < 4; i++) {
            isAnswered(PLAIN);
        }
        assertThat(pool.exchange.keys().subList(before, before + 4)).contains(guilty);
    }

    @Test
    void aQuotaOfInteractionsKeepsNobodyFromReadingThem() throws IOException {
        Request create = Responses.post("interactions", RequestBody.create("{\"agent\":\"a\"}", Responses.JSON));
        for (int i = 0; i < 2; i++) {
            pool.exchange.then((call, lease) -> FakeExchange.refused(
                    call,
                    lease,
                    new Failure(
                            FailureKind.DAILY_QUOTA_EXHAUSTED,
                            FailureCause.DAILY_QUOTA,
                            new Scope.ProjectModel(lease.project(), lease.model(), Use.INTERACTIONS),
                            pool.time.now().plusSeconds(3_600),
                            false,
                            429,
                            "a test"),
                    "{}"));
        }
        assertThat(pool.call(create).code()).isEqualTo(429);
        isAnswered(Responses.get("interactions/i"));
        isAnswered(Responses.get("files"));
        int before = pool.exchange.attempts();
        assertThat(pool.call(create).code()).isEqualTo(429);
        assertThat(pool.exchange.attempts()).isEqualTo(before);
    }

    @Test
    void whatFailsWithoutAModelDelaysNothingElseWithoutAModel() throws IOException {
        outage(Responses.get("batches"), Responses.get("files"));
    }

    @Test
    void whatFailsUnderANameWithoutAPoolDelaysNoOtherName() throws IOException {
        for (int i = 0; i < 60; i++) {
            pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404).refuses(FailureCause.MODEL_NOT_FOUND, 404);
            pool.call(Responses.generate("invented-" + i));
            pool.exchange.forget();
        }
        outage(Responses.generate("invented-0"), Responses.generate("invented-1"));
    }

    private void outage(Request failing, Request other) throws IOException {
        pool.options = CallOptions.NONE.withMaxAttempts(2);
        for (int i = 0; i < 10; i++) {
            pool.exchange.isOverloaded().isOverloaded();
            assertThat(pool.call(failing).code()).isEqualTo(503);
        }
        assertThat(pool.events.events(ScopeExcluded.class)).isEmpty();
        long failed = pool.time.clock().nanos();
        pool.exchange.answers();
        assertThat(pool.call(other).code()).isEqualTo(200);
        assertThat(pool.time.clock().nanos()).as("waited for nothing").isEqualTo(failed);
    }

    @Test
    void theProbeOfAKeyShowsNothingOfTheLastUse() throws IOException {
        pool.exchange.refuses(FailureCause.PERMISSION_DENIED, 403).answers();
        assertThat(pool.call(Responses.get("files")).code()).isEqualTo(200);
        String guilty = keyOfAttempt(2);
        KeyHealth key = Objects.requireNonNull(pool.ring.find(guilty));
        ExclusionCell ofFiles =
                pool.exclusions.cell(new Scope.ProjectModel(key.project().name(), CallFacts.NO_MODEL, Use.FILES));
        pool.options = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of(guilty)));
        pool.exchange.rejectsKey();
        pool.call(PLAIN);
        pool.time.advance(Duration.ofSeconds(40));
        assertThat(ofFiles.isHalfOpen(pool.time.clock().nanos())).isTrue();
        Lease probe = Objects.requireNonNull(pool.pools.probe(key));
        probe.answered();
        probe.complete(Outcome.SUCCESS);
        assertThat(key.ownCell().isFree(pool.time.clock().nanos())).isTrue();
        assertThat(ofFiles.isHalfOpen(pool.time.clock().nanos()))
                .as("the next list of files shows it")
                .isTrue();
    }

    @Test
    void whatPredictsIsNotAskedForTwice() throws IOException {
        Request predict = Responses.post("models/" + MODEL + ":predict", RequestBody.create("{}", Responses.JSON));
        pool.exchange.refuses(FailureKind.SERVER_ERROR, 500, lease -> new Scope.None());
        assertThat(pool.call(predict).code()).isEqualTo(500);
        pool.exchange.isOverloaded().answers();
        assertThat(pool.call(predict).code()).isEqualTo(200);
        pool.exchange.breaksOff(false).answers();
        assertThat(pool.call(predict).code()).isEqualTo(200);
    }

    @Test
    void aModelThatIsClosedToAllShutsNothingButItself() throws IOException {
        Request described = Responses.get("models/old");
        for (int i = 0; i < 2; i++) {
            pool.exchange.then((call, lease) -> FakeExchange.refused(
                    call,
                    lease,
                    ErrorClassifier.classify(
                            404,
                            "{\"error\":{\"message\":\"This model models/old is no longer available to new users.\"}}",
                            new AttemptContext("k", lease.project(), "b", lease.model(), pool.time.now())),
                    "{}"));
        }
        assertThat(pool.call(described).code()).isEqualTo(404);
        assertThat(pool.exchange.attempts()).as("an older project may have it").isEqualTo(2);
        isAnswered(Responses.get("files"));
        isAnswered(Responses.create());
        isAnswered(described);
    }
}
