package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.closed;
import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.instance.ModelPoolState.InstanceState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ModelPoolTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Nested
    class Instances {

        @Test
        void areBoundToTheKeysInTurn() {
            PoolFixture fixture = PoolFixture.of(5, 3);

            assertThat(fixture.pool.state().instances())
                    .extracting(InstanceState::key)
                    .containsExactly("k1", "k2", "k3", "k1", "k2");
        }

        @Test
        void mayBeFewerThanKeysAndStillUseAllKeys() {
            PoolFixture fixture = PoolFixture.of(1, 3);

            List<String> used = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Lease lease = fixture.lease();
                used.add(lease.keyName());
                lease.complete(Outcome.SUCCESS);
            }

            assertThat(used).containsExactly("k1", "k2", "k3", "k1", "k2", "k3");
        }

        @Test
        void boundToAKeyArePreferredForIt() {
            PoolFixture fixture = PoolFixture.of(6, 3);

            for (int i = 0; i < 50; i++) {
                Lease lease = fixture.lease();
                assertThat(fixture.pool
                                .state()
                                .instances()
                                .get(lease.instanceIndex())
                                .key())
                        .isEqualTo(lease.keyName());
                lease.complete(Outcome.SUCCESS);
            }
        }

        @Test
        void areBorrowedSoThatACoolDownCostsNoCapacity() {
            PoolFixture fixture = PoolFixture.of(6, 3);
            fixture.excludeKey(2, Duration.ofMinutes(5));
            fixture.excludeKey(3, Duration.ofMinutes(5));

            List<Lease> leases = fixture.leases(6);

            assertThat(leases).extracting(Lease::keyName).containsOnly("k1");
            assertThat(leases)
                    .extracting(Lease::instanceIndex)
                    .as("the bound instances first, then the others, longest idle first")
                    .containsExactly(0, 3, 1, 2, 4, 5);
            assertThat(fixture.pool.state().instances()).allMatch(InstanceState::active);
            leases.forEach(lease -> lease.complete(Outcome.SUCCESS));
            fixture.assertNothingIsLeft();
        }
    }

    @Nested
    class Leases {

        @Test
        void completedTwiceFreeOneInstance() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();

            assertThat(lease.complete(Outcome.SUCCESS)).isTrue();
            assertThat(lease.complete(Outcome.SUCCESS)).isFalse();
            lease.unused();

            assertThat(lease.isCompleted()).isTrue();
            assertThat(fixture.events).hasSize(1);
            fixture.lease();
            assertThat(fixture.request().isPending()).isTrue();
            assertThat(fixture.pool.state().active()).isOne();
        }

        @Test
        void completedAgainDoNotAffectTheNextLease() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease old = fixture.lease();
            old.complete(Outcome.SUCCESS);
            Lease successor = fixture.lease();

            old.complete(Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key("k1")), true));

            assertThat(fixture.pool.state().active()).isOne();
            assertThat(fixture.pool.exclusions(KeyFilter.ANY, 10)).isEmpty();
            successor.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void thatWereUnusedAreNotReported() {
            PoolFixture fixture = PoolFixture.of(1, 1);

            fixture.lease().unused();

            assertThat(fixture.events).isEmpty();
            fixture.assertNothingIsLeft();
        }

        @Test
        void reportTheExclusionBeforeTheEndOfTheAttempt() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            fixture.time.advance(SECOND);

            lease.complete(Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key("k1")), true));

            assertThat(fixture.events).hasSize(2);
            assertThat(fixture.events.get(0)).isInstanceOfSatisfying(ScopeExcluded.class, excluded -> {
                assertThat(excluded.scope()).isEqualTo(new Scope.Key("k1"));
                assertThat(excluded.until()).isEqualTo(fixture.time.now().plusSeconds(10));
            });
            assertThat(fixture.events.get(1)).isInstanceOfSatisfying(AttemptEnded.class, ended -> {
                assertThat(ended.elapsed()).isEqualTo(SECOND);
                assertThat(ended.key()).isEqualTo("k1");
                assertThat(ended.sent()).isTrue();
            });
        }
    }

    @Test
    void concurrentAttemptsWithALeakedKeyReportItOnce() {
        PoolFixture fixture = PoolFixture.of(2, 1);
        List<Lease> leases = fixture.leases(2);
        for (Lease lease : leases) {
            lease.complete(Outcome.failure(
                    new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k1"), null, true, 403, "leaked"), true));
        }

        assertThat(fixture.events).filteredOn(ScopeExcluded.class::isInstance).hasSize(1);
    }

    @Nested
    class Closing {

        @Test
        void refusesWaitingAndNewRequests() throws InterruptedException {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest first = fixture.request();
            LeaseRequest retry = fixture.retry();
            LeaseRequest restricted = fixture.request(KeyFilter.of(KeyChoice.ANY, "k1"), PoolFixture.TIMEOUT, false);

            fixture.pool.close();

            assertThat(List.of(first, retry, restricted))
                    .allSatisfy(request -> assertThat(refusal(request)).isEqualTo(closed()));
            assertThat(refusal(fixture.request())).isEqualTo(closed());
            assertThat(fixture.pool.awaitIdle(fixture.nanos())).isFalse();
            fixture.pool.attemptsEnd();
            lease.complete(Outcome.SUCCESS);
            assertThat(fixture.pool.awaitIdle(fixture.nanos())).isTrue();
            fixture.assertNothingIsLeft();
        }

        @Test
        void twiceChangesNothing() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            fixture.pool.close();
            fixture.pool.close();

            assertThat(refusal(fixture.request())).isEqualTo(closed());
            fixture.assertNothingIsLeft();
        }
    }

    @Nested
    class Resetting {

        @Test
        void restartsTheRotationAndKeepsLeases() {
            PoolFixture fixture = PoolFixture.of(5, 3);
            List<Lease> leases = new ArrayList<>(fixture.leases(2));

            fixture.pool.reset();

            assertThat(fixture.pool.state().active()).isEqualTo(2);
            assertThat(fixture.pool.state().inFlight()).containsOnlyKeys("k1", "k2");
            assertThat(fixture.pool.state().instances())
                    .extracting(InstanceState::key)
                    .containsExactly("k1", "k2", "k3", "k1", "k2");
            assertThat(fixture.lease().keyName()).isEqualTo("k1");
            leases.addAll(fixture.leases(2));
            assertThat(fixture.request().isPending()).isTrue();
            leases.forEach(lease -> assertThat(lease.complete(Outcome.SUCCESS)).isTrue());
        }

        @Test
        void keepsWaitingRequests() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest request = fixture.request();

            fixture.pool.reset();

            assertThat(request.isPending()).isTrue();
            lease.complete(Outcome.SUCCESS);
            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }
    }
}
