package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.noKeyUntil;
import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scopes excluded for an unknown time are probed by one attempt at a time. */
class ProbeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Scope K1 = new Scope.Key("k1");

    private void reject(Lease lease) {
        lease.complete(
                Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key(lease.keyName())), true));
    }

    /** Returns a pool with one key whose exclusion of ten seconds has passed. */
    private PoolFixture halfOpen(int size) {
        PoolFixture fixture = PoolFixture.of(size, 1);
        reject(fixture.lease());
        fixture.time.advance(Duration.ofSeconds(10));
        fixture.events.clear();
        return fixture;
    }

    @Test
    void runOneAtATimeWhileOtherRequestsWait() {
        PoolFixture fixture = halfOpen(3);
        Lease probe = fixture.lease();
        LeaseRequest second = fixture.request();
        LeaseRequest third = fixture.request();
        assertThat(second.isPending()).isTrue();

        probe.answered();

        assertThat(fixture.events).containsExactly(new ScopeRestored(K1));
        assertThat(PoolFixture.leaseOf(second).keyName()).isEqualTo("k1");
        List.of(probe, PoolFixture.leaseOf(second), PoolFixture.leaseOf(third))
                .forEach(lease -> lease.complete(Outcome.SUCCESS));
        fixture.assertNothingIsLeft();
    }

    @Test
    void thatFailStartALongerExclusion() {
        PoolFixture fixture = halfOpen(2);
        Lease probe = fixture.lease();
        LeaseRequest second = fixture.request(Duration.ofMinutes(5));

        reject(probe);
        fixture.time.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(second.isPending()).isTrue();
        fixture.time.advance(Duration.ofNanos(1));

        PoolFixture.leaseOf(second).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void withoutAResultAreLeftToTheNextAttempt() {
        PoolFixture fixture = halfOpen(2);
        for (int i = 0; i < 3; i++) {
            Lease probe = fixture.lease();
            LeaseRequest next = fixture.request();
            assertThat(next.isPending()).isTrue();
            if (i == 0) {
                probe.unused();
            } else {
                probe.complete(Outcome.failure(
                        PoolFixture.failure(
                                i == 1 ? FailureKind.CANCELLED : FailureKind.SERVER_ERROR, new Scope.None()),
                        true));
            }
            PoolFixture.leaseOf(next).unused();
        }
        fixture.assertNothingIsLeft();
    }

    @Test
    void areWaitedForEvenIfTheyMayTakeLongerThanTheTimeout() {
        PoolFixture fixture = halfOpen(2);
        Lease probe = fixture.lease();
        // The probe may take ten seconds; a request with less time waits for its end nevertheless.
        LeaseRequest hasty = fixture.request(SECOND);
        assertThat(hasty.isPending()).isTrue();
        probe.complete(Outcome.SUCCESS);

        PoolFixture.leaseOf(hasty).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areWaitedForUntilTheDeadline() {
        PoolFixture fixture = halfOpen(2);
        Lease probe = fixture.lease();
        LeaseRequest hasty = fixture.request(SECOND);
        fixture.time.advance(SECOND);

        assertThat(refusal(hasty).cause()).isEqualTo(Refusal.Cause.NO_KEY);
        assertThat(refusal(fixture.request(Duration.ZERO)).cause()).isEqualTo(Refusal.Cause.NO_KEY);
        probe.complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void thatFailRefuseRequestsThatCannotWaitForTheNextProbe() {
        PoolFixture fixture = halfOpen(2);
        Lease probe = fixture.lease();
        LeaseRequest request = fixture.request();
        reject(probe);

        assertThat(refusal(request)).isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofMinutes(1))));
        fixture.assertNothingIsLeft();
    }

    @Test
    void areNotNeededIfAnotherKeyIsUsable() {
        PoolFixture fixture = PoolFixture.of(4, 2);
        reject(fixture.lease());
        fixture.time.advance(Duration.ofSeconds(10));

        List<Lease> leases = fixture.leases(4);

        assertThat(leases).extracting(Lease::keyName).containsExactly("k2", "k1", "k2", "k2");
        leases.forEach(lease -> lease.complete(Outcome.SUCCESS));
        fixture.assertNothingIsLeft();
    }

    @Test
    void areSingleForManyWaitingRequests() {
        PoolFixture fixture = PoolFixture.of(5, 5);
        for (int i = 0; i < 5; i++) {
            fixture.lease()
                    .complete(Outcome.failure(
                            PoolFixture.failure(FailureKind.OVERLOADED, new Scope.Model(PoolFixture.MODEL)), true));
        }
        List<LeaseRequest> requests =
                IntStream.range(0, 100).mapToObj(i -> fixture.request()).toList();

        fixture.time.advance(SECOND);

        assertThat(fixture.pool.state().active()).isOne();
        assertThat(fixture.pool.state().waiting()).isEqualTo(99);
        PoolFixture.leaseOf(requests.get(0)).answered();
        assertThat(fixture.pool.state().active()).isEqualTo(5);
        for (LeaseRequest request : requests) {
            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
        }
        fixture.assertNothingIsLeft();
    }
}
