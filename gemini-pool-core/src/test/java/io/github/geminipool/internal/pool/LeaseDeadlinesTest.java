package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.busy;
import static io.github.geminipool.internal.pool.PoolFixture.noKeyUntil;
import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseDeadlinesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void refuseAsBusyWhileKeysAreUsable() {
        PoolFixture fixture = PoolFixture.of(1, 1);
        Lease lease = fixture.lease();
        LeaseRequest request = fixture.request(SECOND);

        fixture.time.advance(SECOND.minusNanos(1));
        assertThat(request.isPending()).isTrue();
        fixture.time.advance(Duration.ofNanos(1));

        assertThat(refusal(request)).isEqualTo(busy());
        lease.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void refuseForLackOfAKeyWithTheTimeOfItsReturn() {
        PoolFixture fixture = PoolFixture.of(1, 1);
        Lease lease = fixture.lease();
        LeaseRequest request = fixture.request(SECOND);
        fixture.excludeKey(1, Duration.ofMinutes(1));
        long back = fixture.time.clock().after(Duration.ofMinutes(1));

        fixture.time.advance(SECOND);

        assertThat(refusal(request)).isEqualTo(noKeyUntil(back));
        lease.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void ofZeroRefuseAtOnce() {
        PoolFixture fixture = PoolFixture.of(1, 1);
        LeaseRequest granted = fixture.request(Duration.ZERO);
        assertThat(granted.lease()).isNotNull();

        assertThat(refusal(fixture.request(Duration.ZERO))).isEqualTo(busy());
        fixture.request(SECOND);
        assertThat(refusal(fixture.request(Duration.ZERO)))
                .as("behind another request")
                .isEqualTo(busy());
    }

    @Test
    void thatCannotBeMetRefuseAtOnce() {
        PoolFixture fixture = PoolFixture.of(1, 2);
        fixture.excludeKey(1, Duration.ofSeconds(90));
        fixture.excludeKey(2, Duration.ofSeconds(31));

        LeaseRequest request = fixture.request(PoolFixture.TIMEOUT);

        assertThat(refusal(request)).isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofSeconds(31))));
        fixture.assertNothingIsLeft();
    }

    @Test
    void thatCannotBeMetRefuseAtOnceBehindOtherRequestsToo() {
        PoolFixture fixture = PoolFixture.of(1, 2);
        Lease lease = fixture.lease();
        LeaseRequest waiting = fixture.request();
        fixture.exclude(new Scope.Project("k2"), Duration.ofMinutes(1));

        LeaseRequest restricted = fixture.request(KeyFilter.of(KeyChoice.ANY, "k2"), PoolFixture.TIMEOUT, false);

        assertThat(refusal(restricted))
                .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofMinutes(1))));
        lease.complete(Outcome.SUCCESS);
        PoolFixture.leaseOf(waiting).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void thatCannotBeMetLeaveTheAlarmOfWaitingRequests() {
        PoolFixture fixture = PoolFixture.of(1, 2);
        fixture.excludeKey(1, SECOND);
        fixture.excludeKey(2, Duration.ofMinutes(1));
        LeaseRequest retry = fixture.retry();

        LeaseRequest hopeless = fixture.request(KeyFilter.of(KeyChoice.ANY, "k2"), PoolFixture.TIMEOUT, false);

        assertThat(refusal(hopeless)).isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofMinutes(1))));
        fixture.time.advance(SECOND);
        PoolFixture.leaseOf(retry).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void ofWaitingRequestsAreCheckedWhenTheLastKeyIsExcluded() {
        PoolFixture fixture = PoolFixture.of(1, 1);
        Lease lease = fixture.lease();
        LeaseRequest shortRequest = fixture.request(Duration.ofSeconds(9));
        LeaseRequest longRequest = fixture.request(Duration.ofSeconds(11));

        lease.complete(Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key("k1")), true));

        assertThat(refusal(shortRequest))
                .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofSeconds(10))));
        assertThat(longRequest.isPending()).isTrue();
        fixture.time.advance(Duration.ofSeconds(10));
        PoolFixture.leaseOf(longRequest).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void reportTheCurrentEndOfAnExtendedExclusion() {
        PoolFixture fixture = PoolFixture.of(2, 1);
        fixture.excludeKey(1, Duration.ofMinutes(1));
        fixture.request(SECOND);
        fixture.exclude(new Scope.Project("k1"), Duration.ofHours(1));

        assertThat(refusal(fixture.request(SECOND)))
                .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofHours(1))));
        assertThat(refusal(fixture.request(KeyFilter.of(KeyChoice.ANY, "k1"), SECOND, false)))
                .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofHours(1))));
    }
}
