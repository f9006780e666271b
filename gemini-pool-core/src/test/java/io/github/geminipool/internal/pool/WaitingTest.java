package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.busy;
import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Nested
    class Requests {

        @Test
        void areGrantedAtOnceWhileAnInstanceIsIdle() {
            PoolFixture fixture = PoolFixture.of(2, 1);

            Lease lease = fixture.lease();

            assertThat(lease.model()).isEqualTo(PoolFixture.MODEL);
            assertThat(lease.keyName()).isEqualTo("k1");
            assertThat(lease.secret().value()).isEqualTo("secret-0");
            assertThat(fixture.pool.state().active()).isOne();
            assertThat(fixture.pool.state().inFlight()).containsExactly(java.util.Map.entry("k1", 1));
            assertThat(fixture.time.alarms()).isZero();
        }

        @Test
        void waitWhileAllInstancesAreBusyAndAreGrantedInTurn() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            List<LeaseRequest> requests = List.of(fixture.request(), fixture.request(), fixture.request());
            assertThat(fixture.pool.state().waiting()).isEqualTo(3);

            for (int i = 0; i < 3; i++) {
                assertThat(requests.get(i).isPending()).isTrue();
                lease.complete(Outcome.SUCCESS);
                lease = PoolFixture.leaseOf(requests.get(i));
                assertThat(fixture.pool.state().waiting()).isEqualTo(2 - i);
            }

            lease.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void leaveNoAlarmBehindWhenTheyAreGranted() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest second = fixture.request();
            assertThat(fixture.time.alarms()).isOne();

            lease.complete(Outcome.SUCCESS);

            PoolFixture.leaseOf(second).complete(Outcome.SUCCESS);
            assertThat(fixture.time.alarms()).isZero();
            fixture.assertNothingIsLeft();
        }

        @Test
        void ofRetriesGoFirst() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest first = fixture.request();
            LeaseRequest retry = fixture.retry();

            lease.complete(Outcome.SUCCESS);

            assertThat(first.isPending()).isTrue();
            PoolFixture.leaseOf(retry).complete(Outcome.SUCCESS);
            PoolFixture.leaseOf(first).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void ofNewCallsWaitWhileCallsBetweenAttemptsClaimAllInstances() {
            PoolFixture fixture = PoolFixture.of(2, 1);
            fixture.pool.attemptsBegin();
            fixture.pool.attemptsBegin();

            LeaseRequest first = fixture.request();
            assertThat(first.isPending()).isTrue();

            fixture.pool.attemptsEnd();

            PoolFixture.leaseOf(first).complete(Outcome.SUCCESS);
            fixture.pool.attemptsEnd();
            fixture.assertNothingIsLeft();
        }

        @Test
        void ofNewCallsAreServedWhenACallBetweenAttemptsGetsItsLease() {
            PoolFixture fixture = PoolFixture.of(2, 1);
            fixture.pool.attemptsBegin();
            fixture.pool.attemptsBegin();
            LeaseRequest first = fixture.request();

            LeaseRequest retry = fixture.request(KeyFilter.ANY, PoolFixture.TIMEOUT, true);

            PoolFixture.leaseOf(retry).complete(Outcome.SUCCESS);
            PoolFixture.leaseOf(first).complete(Outcome.SUCCESS);
            assertThat(fixture.pool.state().betweenAttempts()).isOne();
        }

        @Test
        void areAnnouncedOnceHoweverTheyAreSettled() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            List<String> announced = new ArrayList<>();
            for (String name : List.of("granted", "refused", "cancelled")) {
                LeaseRequest request =
                        new LeaseRequest(KeyFilter.ANY, fixture.time.clock().after(SECOND), false, () -> {
                            assertThat(fixture.pool.isLockHeld()).isFalse();
                            announced.add(name);
                        });
                fixture.pool.request(request);
                if (name.equals("cancelled")) {
                    fixture.pool.cancel(request);
                    fixture.pool.cancel(request);
                }
            }
            fixture.time.advance(SECOND);

            assertThat(announced).containsExactly("granted", "cancelled", "refused");
        }
    }

    @Nested
    class LeavingRequests {

        @Test
        void thatTimedOutSwallowNoLease() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest impatient = fixture.request(SECOND);
            LeaseRequest patient = fixture.request();
            fixture.time.advance(SECOND);
            assertThat(refusal(impatient)).isEqualTo(busy());

            lease.complete(Outcome.SUCCESS);

            assertThat(impatient.lease()).isNull();
            PoolFixture.leaseOf(patient).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void thatWereCancelledSwallowNoLease() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest leaver = fixture.request();
            LeaseRequest patient = fixture.request();
            assertThat(fixture.pool.cancel(leaver)).isTrue();
            assertThat(fixture.pool.state().waiting()).isOne();

            lease.complete(Outcome.SUCCESS);

            assertThat(leaver.lease()).isNull();
            assertThat(leaver.refusal()).isNull();
            PoolFixture.leaseOf(patient).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void thatWereAloneLeaveNoAlarm() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest leaver = fixture.request();

            fixture.pool.cancel(leaver);

            assertThat(fixture.time.alarms()).isZero();
            lease.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void cancelledBeforeTheirSubmissionLeaveNothing() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest leaver = fixture.newRequest(KeyFilter.ANY, PoolFixture.TIMEOUT, false);
            fixture.pool.cancel(leaver);

            fixture.pool.request(leaver);

            assertThat(fixture.pool.state().waiting()).isZero();
            lease.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        /** Forces the race of a cancellation with a grant: the strategy runs between the choice and the grant. */
        @Test
        void cancelledWhileBeingServedSwallowNoLease() {
            List<LeaseRequest> leavers = new ArrayList<>();
            PoolFixture fixture = new PoolFixture(
                    1,
                    candidate -> {
                        leavers.forEach(LeaseRequest::cancel);
                        return 0;
                    },
                    PoolFixture.projects(1));
            LeaseRequest atOnce = fixture.newRequest(KeyFilter.ANY, PoolFixture.TIMEOUT, false);
            leavers.add(atOnce);
            fixture.pool.request(atOnce);
            leavers.clear();
            assertThat(atOnce.lease()).isNull();
            Lease lease = fixture.lease();
            LeaseRequest waiting = fixture.request();
            LeaseRequest patient = fixture.request();
            leavers.add(waiting);

            lease.complete(Outcome.SUCCESS);

            assertThat(waiting.lease()).isNull();
            PoolFixture.leaseOf(patient).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void cancelledTooLateKeepTheirLease() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            LeaseRequest request = fixture.request();

            assertThat(fixture.pool.cancel(request)).isFalse();

            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }
    }
}
