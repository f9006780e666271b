package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.ModelPoolState.InstanceState;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelPoolTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final SelectionStrategy ROUND_ROBIN = SelectionStrategy.of(Selection.ROUND_ROBIN);

    private static Refusal refusal(LeaseRequest request) {
        Refusal refusal = request.refusal();
        assertThat(refusal).as("refusal").isNotNull();
        return java.util.Objects.requireNonNull(refusal);
    }

    private static Refusal busy() {
        return new Refusal(Refusal.Cause.BUSY, PoolClock.NEVER);
    }

    private static Refusal closed() {
        return new Refusal(Refusal.Cause.CLOSED, PoolClock.NEVER);
    }

    private static Refusal noKeyUntil(long nanos) {
        return new Refusal(Refusal.Cause.NO_KEY, nanos);
    }

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
        void areFewerThanKeysWithoutKeepingAnyKeyFromUse() {
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
        void ofAKeyArePreferredForIt() {
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
        void areBorrowedSoThatNoCapacityIsLostToACoolDown() {
            PoolFixture fixture = PoolFixture.of(6, 3);
            fixture.excludeKey(2, Duration.ofMinutes(5));
            fixture.excludeKey(3, Duration.ofMinutes(5));

            List<Lease> leases = fixture.leases(6);

            assertThat(leases).extracting(Lease::keyName).containsOnly("k1");
            assertThat(leases)
                    .extracting(Lease::instanceIndex)
                    .as("its own instances first, of the others the one that has been idle the longest")
                    .containsExactly(0, 3, 1, 2, 4, 5);
            assertThat(fixture.pool.state().instances()).allMatch(InstanceState::active);
            leases.forEach(lease -> lease.complete(Outcome.SUCCESS));
            fixture.assertNothingIsLeft();
        }
    }

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
        void ofCallsThatHadAnAttemptGoBeforeFirstOnes() {
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
        void ofNewCallsWaitWhileAsManyCallsAsInstancesAreBetweenAttempts() {
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
        void ofNewCallsGoOnWhenACallBetweenAttemptsIsGrantedItsNext() {
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
        void areAnnouncedOnceWhateverSettlesThem() {
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
    class Deadlines {

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
        void refuseForWantOfAKeyWithTheInstantItComesBack() {
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
        void ofNoWaitingRefuseAtOnce() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            LeaseRequest granted = fixture.request(Duration.ZERO);
            assertThat(granted.lease()).isNotNull();

            assertThat(refusal(fixture.request(Duration.ZERO))).isEqualTo(busy());
            fixture.request(SECOND);
            assertThat(refusal(fixture.request(Duration.ZERO)))
                    .as("behind another one")
                    .isEqualTo(busy());
        }

        @Test
        void thatCanNotBeKeptRefuseAtOnce() {
            PoolFixture fixture = PoolFixture.of(1, 2);
            fixture.excludeKey(1, Duration.ofSeconds(90));
            fixture.excludeKey(2, Duration.ofSeconds(31));

            LeaseRequest request = fixture.request(PoolFixture.TIMEOUT);

            assertThat(refusal(request))
                    .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofSeconds(31))));
            fixture.assertNothingIsLeft();
        }

        @Test
        void thatCanNotBeKeptRefuseAtOnceBehindOthersToo() {
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
        void thatCanNotBeKeptLeaveTheAlarmOfThoseWhoWait() {
            PoolFixture fixture = PoolFixture.of(1, 2);
            fixture.excludeKey(1, SECOND);
            fixture.excludeKey(2, Duration.ofMinutes(1));
            LeaseRequest retry = fixture.retry();

            LeaseRequest inVain = fixture.request(KeyFilter.of(KeyChoice.ANY, "k2"), PoolFixture.TIMEOUT, false);

            assertThat(refusal(inVain))
                    .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofMinutes(1))));
            fixture.time.advance(SECOND);
            PoolFixture.leaseOf(retry).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void ofThoseWhoWaitAreLookedAtWhenAFailureShutsTheLastKeyOut() {
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
        void tellTheInstantThatHoldsAlthoughAKeyWasExcludedForLongerMeanwhile() {
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

    /** Calls that have another model to go on with, and are told for which failure they should. */
    @Nested
    class Fallbacks {

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
        void areUsedWhereTheModelCanNotServe(FailureKind kind) {
            fixture.exclude(forModel("k1"), MINUTE, kind);
            fixture.exclude(forModel("k2"), MINUTE, FailureKind.RATE_LIMITED);

            assertThat(fallBackFor(request(SECOND))).isEqualTo(kind);
            assertThat(refusal(fixture.request(SECOND)).fallBackFor())
                    .as("of a call without")
                    .isNull();
            fixture.assertNothingIsLeft();
        }

        @ParameterizedTest
        @EnumSource(
                value = FailureKind.class,
                mode = EnumSource.Mode.EXCLUDE,
                names = {"DAILY_QUOTA_EXHAUSTED", "NOT_ENTITLED", "OVERLOADED"})
        void areNotUsedForWhatIsNotTheModels(FailureKind kind) {
            fixture.exclude(forModel("k1"), MINUTE, kind);
            fixture.exclude(new Scope.Key("k2"), MINUTE);

            LeaseRequest request = request(SECOND);

            assertThat(refusal(request))
                    .isEqualTo(noKeyUntil(fixture.time.clock().after(MINUTE)));
        }

        @Test
        void areNotUsedWhileAKeyComesBackInTime() {
            fixture.exclude(forModel("k1"), Duration.ofHours(1), FailureKind.DAILY_QUOTA_EXHAUSTED);
            fixture.exclude(forModel("k2"), SECOND, FailureKind.RATE_LIMITED);

            LeaseRequest request = request(PoolFixture.TIMEOUT);

            assertThat(request.isPending()).isTrue();
            fixture.time.advance(SECOND);
            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void areNotUsedForWantOfAnInstance() {
            Lease lease = fixture.lease();
            LeaseRequest request = request(SECOND);
            fixture.time.advance(SECOND);
            assertThat(refusal(request)).isEqualTo(busy());
            lease.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void areUsedAtTheDeadlineToo() {
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
        void dependOnTheKeysThatARequestAcceptsAndThatRejectedIt() {
            fixture.exclude(forModel("k1"), MINUTE, FailureKind.NOT_ENTITLED);
            fixture.exclude(forModel("k2"), MINUTE, FailureKind.RATE_LIMITED);

            LeaseRequest ofSecond = fixture.requestWithFallback(KeyFilter.of(KeyChoice.ANY, "k2"), SECOND);
            LeaseRequest rejected = fixture.requestWithFallback(KeyFilter.ANY.avoiding(forModel("k1")), SECOND);

            assertThat(fallBackFor(ofSecond)).isNull();
            assertThat(fallBackFor(rejected)).isEqualTo(FailureKind.NOT_ENTITLED);
        }

        @Test
        void areUsedByThoseWhoWaitWhenTheirLastKeyIsOut() {
            Lease lease = fixture.lease();
            fixture.excludeKey(2, MINUTE);
            LeaseRequest without = fixture.request();
            LeaseRequest plain = request(PoolFixture.TIMEOUT);
            LeaseRequest restricted =
                    fixture.requestWithFallback(KeyFilter.of(KeyChoice.ANY, "k1"), PoolFixture.TIMEOUT);

            lease.complete(
                    Outcome.failure(PoolFixture.failure(FailureKind.DAILY_QUOTA_EXHAUSTED, forModel("k1")), true));

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
        void areUsedAtOnceWhateverElseKeepsTheKeysOut() {
            fixture.exclude(model, SECOND, FailureKind.OVERLOADED);
            fixture.excludeKey(1, MINUTE);
            fixture.excludeKey(2, MINUTE);
            assertThat(fallBackFor(request(PoolFixture.TIMEOUT))).isEqualTo(FailureKind.OVERLOADED);
        }

        @Test
        void areUsedByThoseWhoWaitWhenTheModelIsOverloadedAlthoughNoInstanceIsIdle() {
            Lease lease = fixture.lease();
            LeaseRequest without = fixture.request();
            LeaseRequest plain = request(PoolFixture.TIMEOUT);
            LeaseRequest restricted =
                    fixture.requestWithFallback(KeyFilter.of(KeyChoice.ANY, "k1"), PoolFixture.TIMEOUT);

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
        void areNotUsedAtOnceForAnotherFaultOfTheModel() {
            fixture.exclude(model, SECOND, FailureKind.SERVER_ERROR);
            LeaseRequest request = request(PoolFixture.TIMEOUT);
            assertThat(request.isPending()).isTrue();
            fixture.time.advance(SECOND);
            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void takeWithThemWhatRejectedTheKeyButNotItsUseForTheModel() {
            KeyFilter filter = KeyFilter.ANY.avoiding(forModel("k1")).avoiding(new Scope.Key("k2"));
            KeyFilter further = filter.forAnotherModel();
            assertThat(further.accepts(fixture.keys.get(0))).isTrue();
            assertThat(further.accepts(fixture.keys.get(1))).isFalse();
            assertThat(further.forAnotherModel()).isSameAs(further);
        }
    }

    @Nested
    class Leavers {

        @Test
        void whoTimedOutSwallowNothing() {
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
        void whoCancelledSwallowNothing() {
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
        void whoWereAloneLeaveNoAlarm() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest leaver = fixture.request();

            fixture.pool.cancel(leaver);

            assertThat(fixture.time.alarms()).isZero();
            lease.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void whoCancelledBeforeTheyAskedLeaveNothing() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            Lease lease = fixture.lease();
            LeaseRequest leaver = fixture.newRequest(KeyFilter.ANY, PoolFixture.TIMEOUT, false);
            fixture.pool.cancel(leaver);

            fixture.pool.request(leaver);

            assertThat(fixture.pool.state().waiting()).isZero();
            lease.complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        /** The race of a cancellation with a grant, made certain: the strategy runs between the choice and the grant. */
        @Test
        void whoCancelWhileTheyAreBeingServedSwallowNothing() {
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
        void whoCancelTooLateAreToldSoAndKeepTheLease() {
            PoolFixture fixture = PoolFixture.of(1, 1);
            LeaseRequest request = fixture.request();

            assertThat(fixture.pool.cancel(request)).isFalse();

            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }
    }

    @Nested
    class Leases {

        @Test
        void thatAreCompletedTwiceMakeNoCapacity() {
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
        void thatWereCompletedLateDoNotTakeFromTheirSuccessor() {
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
        void thatWereNotUsedAreNotReported() {
            PoolFixture fixture = PoolFixture.of(1, 1);

            fixture.lease().unused();

            assertThat(fixture.events).isEmpty();
            fixture.assertNothingIsLeft();
        }

        @Test
        void tellTheExclusionBeforeTheEndOfTheAttempt() {
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
    void attemptsThatAreUnderWayTogetherWithALeakedKeyTellOfItOnce() {
        PoolFixture fixture = PoolFixture.of(2, 1);
        List<Lease> leases = fixture.leases(2);
        for (Lease lease : leases) {
            lease.complete(Outcome.failure(
                    new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k1"), null, true, 403, "leaked"), true));
        }

        assertThat(fixture.events).filteredOn(ScopeExcluded.class::isInstance).hasSize(1);
    }

    /** What has been excluded without knowing for how long is found out about by one attempt at a time. */
    @Nested
    class Probes {

        private static final Scope K1 = new Scope.Key("k1");

        private void reject(Lease lease) {
            lease.complete(Outcome.failure(
                    PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key(lease.keyName())), true));
        }

        /** One key, whose pause of ten seconds has passed. */
        private PoolFixture halfOpen(int size) {
            PoolFixture fixture = PoolFixture.of(size, 1);
            reject(fixture.lease());
            fixture.time.advance(Duration.ofSeconds(10));
            fixture.events.clear();
            return fixture;
        }

        @Test
        void areOneAtATimeAndTheOthersWait() {
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
        void thatFailBeginTheNextPause() {
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
        void thatFindOutNothingLeaveItToTheNext() {
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
        void keepNobodyFromWaitingForWhatTheyFindOut() {
            PoolFixture fixture = halfOpen(2);
            Lease probe = fixture.lease();
            // The probe has ten seconds; whoever has less waits for its end all the same.
            LeaseRequest hasty = fixture.request(SECOND);
            assertThat(hasty.isPending()).isTrue();
            probe.complete(Outcome.SUCCESS);

            PoolFixture.leaseOf(hasty).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void areWaitedForUntilTheDeadlineAndNoLonger() {
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
        void thatFailRefuseThoseForWhomTheNextPauseIsTooLong() {
            PoolFixture fixture = halfOpen(2);
            Lease probe = fixture.lease();
            LeaseRequest request = fixture.request();
            reject(probe);

            assertThat(refusal(request))
                    .isEqualTo(noKeyUntil(fixture.time.clock().after(Duration.ofMinutes(1))));
            fixture.assertNothingIsLeft();
        }

        @Test
        void areNotNeededWhereAnotherKeyIsFree() {
            PoolFixture fixture = PoolFixture.of(4, 2);
            reject(fixture.lease());
            fixture.time.advance(Duration.ofSeconds(10));

            List<Lease> leases = fixture.leases(4);

            assertThat(leases).extracting(Lease::keyName).containsExactly("k2", "k1", "k2", "k2");
            leases.forEach(lease -> lease.complete(Outcome.SUCCESS));
            fixture.assertNothingIsLeft();
        }

        @Test
        void ofManyWaitersAreOne() {
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

    @Nested
    class ExcludedKeys {

        @Test
        void areNotChosenUntilTheirTimeHasCome() {
            PoolFixture fixture = PoolFixture.of(4, 2);
            fixture.excludeKey(1, SECOND);

            assertThat(used(fixture, 4)).containsOnly("k2");
            fixture.time.advance(SECOND);

            assertThat(used(fixture, 4)).containsExactly("k1", "k2", "k1", "k2");
        }

        @Test
        void areExcludedByWhateverConcernsThem() {
            for (Scope scope : List.of(
                    new Scope.Key("k1"),
                    new Scope.Project("k1"),
                    new Scope.BillingAccount("k1"),
                    new Scope.ProjectModel("k1", PoolFixture.MODEL))) {
                PoolFixture fixture = PoolFixture.of(2, 2);
                fixture.exclude(scope, SECOND);
                assertThat(used(fixture, 3)).as("%s", scope).containsOnly("k2");
            }
            for (Scope scope : List.of(new Scope.Model(PoolFixture.MODEL), new Scope.Egress())) {
                PoolFixture fixture = PoolFixture.of(2, 2);
                fixture.exclude(scope, Duration.ofMinutes(1));
                assertThat(refusal(fixture.request()).cause()).as("%s", scope).isEqualTo(Refusal.Cause.NO_KEY);
            }
            for (Scope scope : List.of(
                    new Scope.ProjectModel("k1", "another-model"),
                    new Scope.Model("another-model"),
                    new Scope.Request())) {
                PoolFixture fixture = PoolFixture.of(2, 2);
                fixture.exclude(scope, SECOND);
                assertThat(used(fixture, 2)).as("%s", scope).containsExactly("k1", "k2");
            }
        }

        @Test
        void areWaitedForIfTheEarliestIsBackInTime() {
            PoolFixture fixture = PoolFixture.of(2, 3);
            fixture.excludeKey(1, Duration.ofSeconds(20));
            fixture.excludeKey(2, Duration.ofSeconds(10));
            fixture.excludeKey(3, Duration.ofHours(1));
            LeaseRequest request = fixture.request();

            fixture.time.advance(Duration.ofSeconds(10).minusNanos(1));
            assertThat(request.isPending()).isTrue();
            fixture.time.advance(Duration.ofNanos(1));

            assertThat(PoolFixture.leaseOf(request).keyName()).isEqualTo("k2");
            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void areUsedAgainAtOnceWhenTheyAreLifted() {
            PoolFixture fixture = PoolFixture.of(2, 1);
            fixture.excludeKey(1, Duration.ofSeconds(20));
            LeaseRequest request = fixture.request();

            fixture.exclusions.lift(new Scope.Key("k1"));
            fixture.pool.lookAgain();

            PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            fixture.assertNothingIsLeft();
        }

        @Test
        void areToldWithTheirReason() {
            PoolFixture fixture = PoolFixture.of(2, 3);
            fixture.excludeKey(1, SECOND);
            fixture.excludeKey(3, Duration.ofSeconds(2));

            assertThat(fixture.pool.exclusions(KeyFilter.ANY, 10)).containsOnlyKeys("k1", "k3");
            assertThat(fixture.pool.exclusions(KeyFilter.ANY, 1)).containsOnlyKeys("k1");
            assertThat(fixture.pool.state().instances())
                    .extracting(InstanceState::usable)
                    .containsExactly(false, true);
            fixture.time.advance(SECOND);
            assertThat(fixture.pool.exclusions(KeyFilter.ANY, 10)).containsOnlyKeys("k3");
        }

        @Test
        void areNeverTakenForAllOfThem() {
            for (int usable : new int[] {1, 17, 5_000, 9_999, 10_000}) {
                PoolFixture fixture = PoolFixture.of(4, 10_000);
                for (int i = 1; i <= 10_000; i++) {
                    if (i != usable) {
                        fixture.excludeKey(i, Duration.ofDays(1));
                    }
                }

                assertThat(used(fixture, 3)).containsOnly("k" + usable);
            }
        }

        @Test
        void comeBackOneByOne() {
            int count = 200;
            PoolFixture fixture = PoolFixture.of(count, count);
            for (int i = 1; i <= count; i++) {
                fixture.excludeKey(i, Duration.ofSeconds((i * 37) % count + 1));
            }
            assertThat(refusal(fixture.request(Duration.ZERO)).retryAtNanos())
                    .isEqualTo(fixture.time.clock().after(SECOND));

            for (int back = 1; back <= count; back++) {
                fixture.time.advance(SECOND);
                Set<String> seen = new HashSet<>(used(fixture, back * 2));
                assertThat(seen)
                        .allSatisfy(name -> assertThat(fixture.pool.exclusions(KeyFilter.ANY, count))
                                .doesNotContainKey(name));
                assertThat(fixture.pool.exclusions(KeyFilter.ANY, count)).hasSize(count - back);
            }
        }
    }

    @Nested
    class Tiers {

        private final PoolFixture fixture = new PoolFixture(
                4,
                ROUND_ROBIN,
                List.of(
                        new Project("paid", "paid", 1, 1),
                        new Project("free-1", "free-1", 0, 1),
                        new Project("free-2", "free-2", 0, 1)));

        @Test
        void thatAreHigherAreUsedOnlyWhileNoLowerOneIsUsable() {
            assertThat(used(fixture, 6)).containsOnly("k2", "k3");

            fixture.excludeKey(2, SECOND.multipliedBy(2));
            fixture.excludeKey(3, SECOND);
            assertThat(used(fixture, 3)).containsOnly("k1");

            fixture.time.advance(SECOND);
            assertThat(used(fixture, 3)).containsOnly("k3");
            fixture.time.advance(SECOND);
            assertThat(used(fixture, 4)).containsOnly("k2", "k3");
        }

        @Test
        void doNotMixForWantOfAnInstance() {
            List<Lease> leases = fixture.leases(4);

            assertThat(leases).extracting(Lease::keyName).doesNotContain("k1");
            assertThat(fixture.request().isPending()).isTrue();
        }

        @Test
        void countForTheEarliestKeyOfAll() {
            fixture.excludeKey(1, SECOND);
            fixture.excludeKey(2, Duration.ofSeconds(5));
            fixture.excludeKey(3, Duration.ofSeconds(5));

            LeaseRequest request = fixture.request();
            fixture.time.advance(SECOND);

            assertThat(PoolFixture.leaseOf(request).keyName()).isEqualTo("k1");
        }
    }

    @Nested
    class RestrictedRequests {

        private final PoolFixture fixture = new PoolFixture(
                2,
                ROUND_ROBIN,
                List.of(
                        new Project("a", "account-1", 0, 1),
                        new Project("b", "account-1", 0, 1),
                        new Project("b", "account-1", 0, 1),
                        new Project("c", "account-2", 0, 1)));

        private List<String> accepted(KeyFilter filter) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Lease lease = PoolFixture.leaseOf(fixture.request(filter, Duration.ZERO, false));
                names.add(lease.keyName());
                lease.complete(Outcome.SUCCESS);
            }
            return names.stream().distinct().sorted().toList();
        }

        @Test
        void goToTheirProjectOnly() {
            assertThat(accepted(KeyFilter.of(KeyChoice.ANY, "b"))).containsExactly("k2", "k3");
            assertThat(KeyFilter.of(KeyChoice.ANY, null)).isSameAs(KeyFilter.ANY);
        }

        @Test
        void avoidWhatRejectedThem() {
            assertThat(accepted(KeyFilter.ANY.avoiding(new Scope.Key("k2")))).containsExactly("k1", "k3", "k4");
            assertThat(accepted(KeyFilter.ANY.avoiding(new Scope.Project("b")))).containsExactly("k1", "k4");
            assertThat(accepted(KeyFilter.ANY.avoiding(new Scope.ProjectModel("b", PoolFixture.MODEL))))
                    .containsExactly("k1", "k4");
            assertThat(accepted(KeyFilter.ANY.avoiding(new Scope.BillingAccount("account-1"))))
                    .containsExactly("k4");
            assertThat(accepted(KeyFilter.of(KeyChoice.ANY, "b").avoiding(new Scope.Key("k3"))))
                    .containsExactly("k2");
            assertThat(accepted(KeyFilter.ANY.avoiding(new Scope.Request()))).containsExactly("k1", "k2", "k3", "k4");
        }

        @Test
        void thatNoKeyFitsAreRefusedAtOnce() {
            KeyFilter none = KeyFilter.of(KeyChoice.ANY, "a").avoiding(new Scope.Key("k1"));

            assertThat(refusal(fixture.request(none, PoolFixture.TIMEOUT, false)))
                    .isEqualTo(noKeyUntil(PoolClock.NEVER));
            assertThat(refusal(fixture.request(KeyFilter.of(KeyChoice.ANY, "unknown"), PoolFixture.TIMEOUT, false)))
                    .isEqualTo(noKeyUntil(PoolClock.NEVER));
            fixture.assertNothingIsLeft();
        }

        @Test
        void thatWaitForTheirKeyDoNotHoldUpOthers() {
            fixture.exclude(new Scope.Project("c"), Duration.ofSeconds(10));
            LeaseRequest bound = fixture.request(KeyFilter.of(KeyChoice.ANY, "c"), PoolFixture.TIMEOUT, true);
            assertThat(bound.isPending()).isTrue();

            Lease other = fixture.lease();

            other.complete(Outcome.SUCCESS);
            fixture.time.advance(Duration.ofSeconds(10));
            assertThat(PoolFixture.leaseOf(bound).keyName()).isEqualTo("k4");
        }

        @Test
        void goToTheKeysThatTheyName() {
            KeyChoice some = KeyChoice.ANY.withOnlyKeys(Set.of("k1", "unknown")).withOnlyProjects(Set.of("b"));
            assertThat(accepted(KeyFilter.of(some, null))).containsExactly("k1", "k2", "k3");
            assertThat(accepted(KeyFilter.of(some.withNotKeys(Set.of("k2")), null)))
                    .containsExactly("k1", "k3");
            assertThat(accepted(KeyFilter.of(some, "b"))).containsExactly("k2", "k3");
            assertThat(accepted(KeyFilter.of(KeyChoice.ANY.withNotProjects(Set.of("b")), null)))
                    .containsExactly("k1", "k4");
        }

        @Test
        void goToTheProjectThatTheyPreferWhileItCanBeUsed() {
            KeyFilter preferring = KeyFilter.of(KeyChoice.ANY.withPreferredProject("b"), null);
            assertThat(accepted(preferring)).containsExactly("k2", "k3");
            fixture.excludeKey(2, SECOND);
            assertThat(accepted(preferring)).containsExactly("k3");
            fixture.excludeKey(3, SECOND);
            assertThat(accepted(preferring)).containsExactly("k1", "k4");
            fixture.time.advance(SECOND);
            assertThat(accepted(preferring)).containsExactly("k2", "k3");
        }

        @Test
        void preferringAProjectWaitForAnyKey() {
            KeyFilter preferring = KeyFilter.of(KeyChoice.ANY.withPreferredProject("b"), null);
            fixture.exclude(new Scope.BillingAccount("account-1"), Duration.ofSeconds(10));
            fixture.excludeKey(4, SECOND);
            LeaseRequest request = fixture.request(preferring, PoolFixture.TIMEOUT, false);
            fixture.time.advance(SECOND);
            assertThat(PoolFixture.leaseOf(request).keyName()).isEqualTo("k4");
        }

        @Test
        void thatNameKeysAskTheStrategyAboutThoseOnly() {
            List<String> asked = new ArrayList<>();
            SelectionStrategy strategy = candidate -> {
                asked.add(candidate.keyName());
                return 1;
            };
            PoolFixture many = new PoolFixture(2, strategy, PoolFixture.projects(10_000));
            KeyFilter two = KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of("k77", "k7777")), null);
            PoolFixture.leaseOf(many.request(two, Duration.ZERO, false));
            assertThat(asked).containsExactlyInAnyOrder("k77", "k7777");
        }

        @Test
        void ofManyThatWaitEachWakesAtItsOwnTime() {
            List<LeaseRequest> requests = new ArrayList<>();
            for (String project : List.of("a", "b", "c")) {
                fixture.exclude(new Scope.Project(project), Duration.ofSeconds(requests.size() + 1L));
                requests.add(fixture.request(KeyFilter.of(KeyChoice.ANY, project), PoolFixture.TIMEOUT, false));
            }
            for (LeaseRequest request : requests) {
                assertThat(request.isPending()).isTrue();
                fixture.time.advance(SECOND);
                PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
            }
            fixture.assertNothingIsLeft();
        }
    }

    @Nested
    class Closing {

        @Test
        void refusesThoseWhoWaitAndThoseWhoCome() throws InterruptedException {
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
        void startsTheRoundAnewAndKeepsLeases() {
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
        void letsThoseWhoWaitWait() {
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

    private static List<String> used(PoolFixture fixture, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> {
                    Lease lease = fixture.lease();
                    lease.complete(Outcome.SUCCESS);
                    return lease.keyName();
                })
                .toList();
    }
}
