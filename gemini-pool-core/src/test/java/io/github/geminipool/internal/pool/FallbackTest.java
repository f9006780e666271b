package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.busy;
import static io.github.geminipool.internal.pool.PoolFixture.noKeyUntil;
import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests of calls with a fallback model: a refusal says for which failure to fall back. */
class FallbackTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PoolFixture fixture = PoolFixture.of(1, 2);
    private final Scope model = new Scope.Model(PoolFixture.MODEL);

    private static Scope forModel(String project) {
        return new Scope.ProjectModel(project, PoolFixture.MODEL);
    }

    private @Nullable FailureKind fallBackFor(LeaseRequest request) {
        Failure failure = refusal(request).fallBackFor();
        return failure == null ? null : failure.kind();
    }

    private LeaseRequest request(Duration timeout) {
        return fixture.requestWithFallback(KeyFilter.ANY, timeout);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"DAILY_QUOTA_EXHAUSTED", "NOT_ENTITLED", "OVERLOADED"})
    void areUsedIfTheModelCannotServe(FailureKind kind) {
        fixture.exclude(forModel("k1"), MINUTE, kind);
        fixture.exclude(forModel("k2"), MINUTE, FailureKind.RATE_LIMITED);

        assertThat(fallBackFor(request(SECOND))).isEqualTo(kind);
        assertThat(refusal(fixture.request(SECOND)).fallBackFor())
                .as("call without a fallback")
                .isNull();
        fixture.assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DAILY_QUOTA_EXHAUSTED", "NOT_ENTITLED", "OVERLOADED"})
    void areNotUsedForOtherFailures(FailureKind kind) {
        fixture.exclude(forModel("k1"), MINUTE, kind);
        fixture.exclude(new Scope.Key("k2"), MINUTE);

        LeaseRequest request = request(SECOND);

        assertThat(refusal(request)).isEqualTo(noKeyUntil(fixture.time.clock().after(MINUTE)));
    }

    @Test
    void areNotUsedIfAKeyReturnsInTime() {
        fixture.exclude(forModel("k1"), Duration.ofHours(1), FailureKind.DAILY_QUOTA_EXHAUSTED);
        fixture.exclude(forModel("k2"), SECOND, FailureKind.RATE_LIMITED);

        LeaseRequest request = request(PoolFixture.TIMEOUT);

        assertThat(request.isPending()).isTrue();
        fixture.time.advance(SECOND);
        PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areNotUsedForLackOfAnInstance() {
        Lease lease = fixture.lease();
        LeaseRequest request = request(SECOND);
        fixture.time.advance(SECOND);
        assertThat(refusal(request)).isEqualTo(busy());
        lease.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areUsedAtTheDeadline() {
        Lease lease = fixture.lease();
        LeaseRequest request = request(SECOND);
        fixture.exclude(forModel("k1"), MINUTE, FailureKind.NOT_ENTITLED);
        fixture.exclude(forModel("k2"), MINUTE, FailureKind.NOT_ENTITLED);
        fixture.time.advance(SECOND);
        assertThat(fallBackFor(request)).isEqualTo(FailureKind.NOT_ENTITLED);
        lease.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void dependOnTheAcceptedKeysIncludingThoseThatRejectedTheCall() {
        fixture.exclude(forModel("k1"), MINUTE, FailureKind.NOT_ENTITLED);
        fixture.exclude(forModel("k2"), MINUTE, FailureKind.RATE_LIMITED);

        LeaseRequest ofSecond = fixture.requestWithFallback(KeyFilter.of(KeyChoice.ANY, "k2"), SECOND);
        LeaseRequest rejected = fixture.requestWithFallback(KeyFilter.ANY.avoiding(forModel("k1")), SECOND);

        assertThat(fallBackFor(ofSecond)).isNull();
        assertThat(fallBackFor(rejected)).isEqualTo(FailureKind.NOT_ENTITLED);
    }

    @Test
    void areUsedByWaitingRequestsWhenTheirLastKeyIsOut() {
        Lease lease = fixture.lease();
        fixture.excludeKey(2, MINUTE);
        LeaseRequest without = fixture.request();
        LeaseRequest plain = request(PoolFixture.TIMEOUT);
        LeaseRequest restricted = fixture.requestWithFallback(KeyFilter.of(KeyChoice.ANY, "k1"), PoolFixture.TIMEOUT);

        lease.complete(Outcome.failure(PoolFixture.failure(FailureKind.DAILY_QUOTA_EXHAUSTED, forModel("k1")), true));

        assertThat(refusal(without).fallBackFor()).isNull();
        assertThat(fallBackFor(plain)).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        assertThat(fallBackFor(restricted)).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areUsedAtOnceWhileTheModelIsOverloaded() {
        fixture.exclude(model, SECOND, FailureKind.OVERLOADED);
        assertThat(fixture.pool.isOverloaded()).isTrue();

        LeaseRequest without = fixture.request();
        LeaseRequest with = request(PoolFixture.TIMEOUT);
        LeaseRequest behind = request(PoolFixture.TIMEOUT);

        assertThat(without.isPending()).isTrue();
        assertThat(fallBackFor(with)).isEqualTo(FailureKind.OVERLOADED);
        assertThat(fallBackFor(behind)).isEqualTo(FailureKind.OVERLOADED);
        fixture.time.advance(SECOND);
        assertThat(fixture.pool.isOverloaded()).isFalse();
        PoolFixture.leaseOf(without).complete(Outcome.SUCCESS);
        PoolFixture.leaseOf(request(SECOND)).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areUsedAtOnceEvenIfTheKeysAreOutForOtherReasons() {
        fixture.exclude(model, SECOND, FailureKind.OVERLOADED);
        fixture.excludeKey(1, MINUTE);
        fixture.excludeKey(2, MINUTE);
        assertThat(fallBackFor(request(PoolFixture.TIMEOUT))).isEqualTo(FailureKind.OVERLOADED);
    }

    @Test
    void areUsedByWaitingRequestsOfAnOverloadedModelWithoutAnIdleInstance() {
        Lease lease = fixture.lease();
        LeaseRequest without = fixture.request();
        LeaseRequest plain = request(PoolFixture.TIMEOUT);
        LeaseRequest restricted = fixture.requestWithFallback(KeyFilter.of(KeyChoice.ANY, "k1"), PoolFixture.TIMEOUT);

        fixture.exclude(model, SECOND, FailureKind.OVERLOADED);
        fixture.pool.lookAgain();

        assertThat(without.isPending()).isTrue();
        assertThat(fallBackFor(plain)).isEqualTo(FailureKind.OVERLOADED);
        assertThat(fallBackFor(restricted)).isEqualTo(FailureKind.OVERLOADED);
        assertThat(fixture.pool.state().waiting()).isOne();
        lease.complete(Outcome.SUCCESS);
        fixture.time.advance(SECOND);
        PoolFixture.leaseOf(without).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areNotUsedAtOnceForOtherFailuresOfTheModel() {
        fixture.exclude(model, SECOND, FailureKind.SERVER_ERROR);
        LeaseRequest request = request(PoolFixture.TIMEOUT);
        assertThat(request.isPending()).isTrue();
        fixture.time.advance(SECOND);
        PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void keepRejectionsOfAKeyButNotThoseForTheModel() {
        KeyFilter filter = KeyFilter.ANY.avoiding(forModel("k1")).avoiding(new Scope.Key("k2"));
        KeyFilter further = filter.forAnotherModel();
        assertThat(further.accepts(fixture.keys.get(0))).isTrue();
        assertThat(further.accepts(fixture.keys.get(1))).isFalse();
        assertThat(further.forAnotherModel()).isSameAs(further);
    }
}
