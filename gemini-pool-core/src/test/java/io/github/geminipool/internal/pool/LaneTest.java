package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.health.Repair;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Whatever throws at the end of a lease, its instance and quota are given back and waiting requests are served. Each ending
 * first runs undisturbed to count the calls of each step; then it runs again for each of these calls, which throws.
 */
@Timeout(60)
class LaneTest {

    /** More calls of one step than this in one ending are not tried one by one: the clock is read often. */
    private static final int MOST_CALLS = 40;

    private static final KeyFilter FIRST = KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of("k1")), null);

    private static final List<Class<?>> NOISY =
            List.of(ModelPool.class, io.github.geminipool.spi.SelectionStrategy.class);

    private enum Problem {
        EXCEPTION(() -> new IllegalStateException("a test")),
        OUT_OF_MEMORY(() -> new OutOfMemoryError("a test")),
        STACK_OVERFLOW(() -> new StackOverflowError("a test"));

        @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
        private final Supplier<Throwable> made;

        Problem(Supplier<Throwable> made) {
            this.made = made;
        }
    }

    /** How a lease ends; of a pool of two instances, both are in use and two requests wait. */
    private enum Ending {
        SUCCESS(true),
        UNUSED(false),
        NOT_SENT(false),
        RATE_LIMITED(true),
        REJECTED(true),
        OF_PROBATION(true),
        PROBE_SUCCEEDS(true),
        PROBE_FAILS(true),
        PROBE_UNUSED(false);

        private final boolean counts;

        Ending(boolean counts) {
            this.counts = counts;
        }

        private void prepare(LaneFixture lanes) {
            switch (this) {
                case OF_PROBATION, PROBE_SUCCEEDS, PROBE_FAILS, PROBE_UNUSED -> reject(lanes);
                default -> {}
            }
            if (this == OF_PROBATION) {
                for (int i = 1; i < KeyState.CALLS_OF_PROBATION; i++) {
                    lanes.lease(FIRST).complete(Outcome.SUCCESS);
                }
                assertThat(lanes.ring.keys().get(0).state(lanes.time.clock().nanos()))
                        .isInstanceOf(KeyState.Probation.class);
            }
        }

        /** Has the first key rejected and its pause pass. */
        private static void reject(LaneFixture lanes) {
            lanes.lease(FIRST).complete(rejected());
            lanes.time.advance(Duration.ofMinutes(10));
        }

        private static Outcome rejected() {
            return Outcome.failure(LaneFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key("k1"), null), true);
        }

        private void end(LaneFixture lanes, Lease lease) {
            if (this == UNUSED || this == PROBE_UNUSED) {
                lease.unused();
                return;
            }
            try {
                lease.started();
                if (outcome(lanes).isSuccess()) {
                    lease.answered();
                }
            } finally {
                lease.complete(outcome(lanes));
            }
        }

        private Outcome outcome(LaneFixture lanes) {
            return switch (this) {
                case NOT_SENT ->
                    Outcome.failure(LaneFixture.failure(FailureKind.NETWORK, new Scope.Egress(), null), false);
                case RATE_LIMITED ->
                    Outcome.failure(
                            LaneFixture.failure(
                                    FailureKind.RATE_LIMITED,
                                    new Scope.ProjectModel("p1", "model"),
                                    lanes.time.now().plusSeconds(50)),
                            true);
                case REJECTED, PROBE_FAILS -> rejected();
                default -> Outcome.SUCCESS;
            };
        }
    }

    private record Fault(Ending ending, String step, int call, boolean andLater, Problem problem) {}

    /** A pool with all instances in use and two requests waiting. */
    private static final class Lanes {

        final LaneFixture fixture = new LaneFixture(2);
        final Ending ending;
        final Lease lease;
        final Lease other;
        final LeaseRequest first;
        final LeaseRequest second;
        final long requestsBefore;
        final long tokensBefore;

        Lanes(Ending ending) {
            this.ending = ending;
            ending.prepare(fixture);
            requestsBefore = fixture.used(QuotaUsage.Unit.REQUESTS_PER_MINUTE);
            tokensBefore = fixture.used(QuotaUsage.Unit.TOKENS_PER_MINUTE);
            lease = fixture.lease(FIRST);
            other = fixture.lease(KeyFilter.ANY);
            first = fixture.request(KeyFilter.ANY, Duration.ofMinutes(1));
            // Once the first is granted, the alarm is set to a later time.
            second = fixture.request();
            assertThat(first.isSettled() || second.isSettled()).isFalse();
        }

        void end() {
            fixture.fuse.arm();
            try {
                ending.end(fixture, lease);
            } finally {
                fixture.fuse.disarm();
            }
        }

        void assertNothingIsLost() {
            assertThat(lease.isCompleted()).as("completed").isTrue();
            assertThat(fixture.pool.isLockHeld()).as("lock held").isFalse();
            // What could not be served at once has an alarm that rings at once.
            fixture.time.advance(Duration.ZERO);
            assertThat(first.lease())
                    .as("lease of the first request that waits")
                    .isNotNull();
            assertThat(fixture.pool.inFlight()).as("instances in use").isEqualTo(2);
            assertThat(fixture.pool.state().waiting()).as("requests that wait").isEqualTo(1);

            ModelPoolState before = fixture.pool.state();
            assertThat(lease.complete(Outcome.SUCCESS)).as("completed again").isFalse();
            lease.unused();
            assertThat(fixture.pool.state())
                    .as("state after another completion")
                    .isEqualTo(before);

            other.complete(Outcome.SUCCESS);
            assertThat(second.lease()).as("lease of the second request").isNotNull();
            LaneFixture.complete(List.of(PoolFixture.leaseOf(first), PoolFixture.leaseOf(second)));
            ModelPoolState after = fixture.pool.state();
            assertThat(after.active()).as("active").isZero();
            assertThat(after.inFlight()).as("in flight").isEmpty();
            assertThat(after.waiting()).as("waiting").isZero();
            assertThat(after.betweenAttempts()).as("between attempts").isZero();
            long counted = ending.counts ? 4 : 3;
            assertThat(fixture.used(QuotaUsage.Unit.REQUESTS_PER_MINUTE) - requestsBefore)
                    .as("requests counted")
                    .isEqualTo(counted);
            assertThat(fixture.used(QuotaUsage.Unit.TOKENS_PER_MINUTE) - tokensBefore)
                    .as("tokens counted")
                    .isEqualTo(counted * lease.reserved());
            // A probe that could not be ended has a time limit.
            fixture.time.advance(Duration.ofMinutes(10));
            LaneFixture.complete(List.of(fixture.lease(FIRST), fixture.lease(KeyFilter.ANY)));
            assertThat(fixture.time.alarms()).as("alarms that are left").isZero();
        }
    }

    @BeforeAll
    static void quiet() {
        NOISY.forEach(noisy -> logger(noisy).setLevel(ch.qos.logback.classic.Level.OFF));
    }

    @AfterAll
    static void loud() {
        NOISY.forEach(noisy -> logger(noisy).setLevel(null));
    }

    private static ch.qos.logback.classic.Logger logger(Class<?> of) {
        return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(of);
    }

    private static Map<String, Integer> steps(Ending ending) {
        Lanes lanes = new Lanes(ending);
        lanes.end();
        return new LinkedHashMap<>(lanes.fixture.fuse.hits());
    }

    private static Stream<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            steps(ending).forEach((step, calls) -> {
                assertThat(calls).as("calls of " + step).isLessThan(MOST_CALLS);
                for (int call = 1; call <= calls; call++) {
                    for (Problem problem : Problem.values()) {
                        faults.add(new Fault(ending, step, call, false, problem));
                        faults.add(new Fault(ending, step, call, true, problem));
                    }
                }
            });
        }
        return faults.stream();
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void nothingIsLostWhenNothingThrows(Ending ending) {
        Lanes lanes = new Lanes(ending);
        lanes.end();
        lanes.assertNothingIsLost();
    }

    @Test
    void theEndingsCoverEachStep() {
        Set<String> steps = new TreeSet<>();
        for (Ending ending : Ending.values()) {
            steps.addAll(steps(ending).keySet());
        }
        assertThat(steps)
                .containsExactlyInAnyOrder(
                        "leak watch",
                        "clock",
                        "wall clock",
                        "strategy",
                        "settled",
                        "schedule",
                        "cancel alarm",
                        "other pools",
                        "AttemptStarted",
                        "AttemptEnded",
                        "KeyChanged",
                        "ScopeExcluded",
                        "ScopeRestored",
                        "InstanceRotated",
                        "trace of the start",
                        "trace of the end");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void nothingIsLostWhateverThrows(Fault fault) {
        Throwable problem = fault.problem.made.get();
        Lanes lanes = new Lanes(fault.ending);
        lanes.fixture.fuse.set(fault.step, fault.call, fault.andLater, problem);
        Throwable thrown = catchThrowable(lanes::end);
        assertThat(lanes.fixture.fuse.hits().get(fault.step))
                .as("calls of the step")
                .isGreaterThanOrEqualTo(fault.call);
        assertThat(thrown).as("thrown").isIn(problem, null);
        lanes.assertNothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void anAlarmThatCannotBeCancelledDoesNotKeepTheNextFromBeingSet(Problem problem) {
        Lanes lanes = new Lanes(Ending.SUCCESS);
        lanes.fixture.fuse.set("cancel alarm", 1, false, problem.made.get());
        lanes.end();
        lanes.fixture.time.advance(Duration.ofMinutes(3));
        assertThat(lanes.second.refusal()).as("refusal at the deadline").isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void aRequestThatWaitsForAKeyIsServedAlthoughItsAlarmFails(Problem problem) {
        for (String step : List.of("clock", "schedule", "strategy", "settled", "InstanceRotated")) {
            LaneFixture lanes = new LaneFixture(2);
            for (int i = 1; i <= LaneFixture.KEYS; i++) {
                lanes.lease(KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of("k" + i)), null))
                        .complete(Outcome.failure(
                                LaneFixture.failure(
                                        FailureKind.RATE_LIMITED,
                                        new Scope.ProjectModel("p" + i, "model"),
                                        lanes.time.now().plusSeconds(20L * i)),
                                true));
            }
            LeaseRequest any = lanes.request();
            LeaseRequest last =
                    lanes.request(KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of("k3")), null), Duration.ofMinutes(2));
            assertThat(any.isSettled() || last.isSettled()).isFalse();
            lanes.fuse.set(step, 1, false, problem.made.get());
            lanes.fuse.arm();
            // The pool's timer goes on after a task that fails.
            Throwable thrown = catchThrowable(() -> lanes.time.advance(Duration.ofSeconds(20)));
            lanes.fuse.disarm();
            assertThat(thrown).as("thrown by " + step).isIn(lanes.fuse.thrown(), null);
            lanes.time.advance(Duration.ofSeconds(1));
            assertThat(any.lease()).as("lease although " + step + " threw").isNotNull();
            PoolFixture.leaseOf(any).complete(Outcome.SUCCESS);
            lanes.time.advance(Duration.ofSeconds(60));
            assertThat(last.lease())
                    .as("second lease although " + step + " threw")
                    .isNotNull();
            PoolFixture.leaseOf(last).complete(Outcome.SUCCESS);
            assertThat(lanes.pool.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void aProbeThatCannotBeginTakesNoInstance(Problem problem) {
        LaneFixture lanes = new LaneFixture(2);
        Ending.reject(lanes);
        lanes.fuse.set("clock", 1, false, problem.made.get());
        lanes.fuse.arm();
        assertThat(catchThrowable(() -> lanes.pool.probe(lanes.ring.keys().get(0))))
                .isNotNull();
        lanes.fuse.disarm();
        assertThat(lanes.pool.inFlight()).isZero();
        Lease probe = Objects.requireNonNull(lanes.pool.probe(lanes.ring.keys().get(0)));
        lanes.fuse.set("AttemptEnded", 1, true, problem.made.get());
        lanes.fuse.arm();
        assertThat(catchThrowable(() -> probe.complete(Outcome.SUCCESS))).isNotNull();
        lanes.fuse.disarm();
        assertThat(lanes.pool.inFlight()).isZero();
        assertThat(lanes.used(QuotaUsage.Unit.REQUESTS_PER_MINUTE))
                .as("quota of a probe")
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void aProbeThatThrowsIsFollowedByTheNext(Problem problem) {
        LaneFixture lanes = new LaneFixture(2);
        AtomicInteger probes = new AtomicInteger();
        Repair repair = new Repair(lanes.ring, lanes.clock, lanes.scheduler, key -> {
            if (probes.incrementAndGet() <= 3) {
                LaneFixture.Fuse.sneak(problem.made.get());
            }
            Lease probe = lanes.pool.probe(key);
            return probe != null && probe.complete(Outcome.SUCCESS);
        });
        lanes.repairedBy(repair);
        lanes.lease(FIRST).complete(Ending.rejected());
        for (int i = 1; i <= 3; i++) {
            while (probes.get() < i) {
                assertThat(lanes.time.alarms()).as("looks to come").isPositive();
                Throwable thrown = catchThrowable(() -> lanes.time.advance(Duration.ofSeconds(1)));
                assertThat(thrown == null || probes.get() > 0).isTrue();
            }
        }
        lanes.time.advance(Duration.ofSeconds(15));
        assertThat(probes).as("probes").hasValue(4);
        assertThat(repair.pending()).as("scopes to probe after a success").isZero();
        assertThat(lanes.lease(FIRST).complete(Outcome.SUCCESS)).isTrue();
    }
}
