package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ten thousand callers with deadlines compete for ten instances: none waits a nanosecond too long. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadlineSimulationTest {

    private static final int CALLERS = 10_000;
    private static final int INSTANCES = 10;

    /** The time in which callers arrive: far more than can be served at first, single ones in the end. */
    private static final Duration DAY = Duration.ofMinutes(10);

    @ParameterizedTest
    @EnumSource(Selection.class)
    void noRequestIsSettledAfterItsDeadline(Selection selection) {
        Simulation simulation = new Simulation(selection);
        for (int i = 0; i < CALLERS; i++) {
            simulation.comes(new Caller());
        }
        simulation.fixture.time.advance(DAY.multipliedBy(2));

        assertThat(simulation.unsettled).as("unsettled requests").isZero();
        assertThat(simulation.longestOverrun).as("longest overrun in ns").isZero();
        assertThat(List.of(
                        simulation.granted,
                        simulation.refusedEarly,
                        simulation.refusedAtTheDeadline,
                        simulation.cancelled,
                        simulation.repeated))
                .as("the simulation must cover all: granted, refused before and at the deadline, cancelled, retried")
                .allMatch(count -> count > 100);
        simulation.fixture.assertNothingIsLeft();
    }

    private static final class Caller {

        private long deadline;
        private KeyFilter filter = KeyFilter.ANY;
        private boolean between;
    }

    private static final class Simulation {

        private final Random random = new Random(5);
        private final PoolFixture fixture;
        private int unsettled;
        private long longestOverrun;
        private int granted;
        private int refusedEarly;
        private int refusedAtTheDeadline;
        private int cancelled;
        private int repeated;

        Simulation(Selection selection) {
            List<Project> projects = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                projects.add(new Project("p" + i / 2, "b" + i / 4, i < 6 ? 0 : 1, 1));
            }
            fixture = new PoolFixture(INSTANCES, SelectionStrategy.of(selection), projects);
        }

        private void after(Duration delay, Runnable task) {
            var unused = fixture.time.schedule(fixture.time.clock().after(delay), task);
        }

        private Duration upTo(Duration most) {
            return Duration.ofNanos(random.nextLong(most.toNanos()));
        }

        void comes(Caller caller) {
            double when = Math.pow(random.nextDouble(), 3);
            after(Duration.ofNanos((long) (DAY.toNanos() * when)), () -> {
                caller.deadline =
                        fixture.time.clock().after(upTo(Duration.ofSeconds(random.nextInt(10) == 0 ? 90 : 5)));
                if (random.nextInt(10) == 0) {
                    caller.filter = KeyFilter.ANY.avoiding(new Scope.Key("k" + (1 + random.nextInt(8))));
                }
                requests(caller);
            });
        }

        private void requests(Caller caller) {
            unsettled++;
            SettledOnce settled = new SettledOnce(caller);
            LeaseRequest request = new LeaseRequest(caller.filter, caller.deadline, caller.between, settled);
            settled.request = request;
            fixture.pool.request(request);
            if (request.isPending() && random.nextInt(10) == 0) {
                after(upTo(Duration.ofSeconds(5)), () -> fixture.pool.cancel(request));
            }
        }

        private final class SettledOnce implements Runnable {

            private final Caller caller;
            private @Nullable LeaseRequest request;

            SettledOnce(Caller caller) {
                this.caller = caller;
            }

            @Override
            public void run() {
                unsettled--;
                long overrun = fixture.nanos() - caller.deadline;
                longestOverrun = Math.max(longestOverrun, overrun);
                Lease lease = request == null ? null : request.lease();
                if (lease != null) {
                    granted++;
                    caller.between = false;
                    after(upTo(Duration.ofSeconds(1)), () -> ends(caller, lease));
                    return;
                }
                if (request == null || request.refusal() == null) {
                    cancelled++;
                } else if (overrun < 0) {
                    refusedEarly++;
                } else {
                    refusedAtTheDeadline++;
                }
                if (caller.between) {
                    caller.between = false;
                    fixture.pool.attemptsEnd();
                }
            }
        }

        private void ends(Caller caller, Lease lease) {
            Failure failure = random.nextInt(8) == 0 ? failure(lease) : null;
            boolean again = failure != null && fixture.nanos() < caller.deadline;
            if (again) {
                caller.between = true;
                fixture.pool.attemptsBegin();
            }
            assertThat(lease.complete(PoolFixture.outcome(failure))).isTrue();
            if (again) {
                repeated++;
                after(upTo(Duration.ofNanos(caller.deadline - fixture.nanos())), () -> requests(caller));
            }
        }

        private Failure failure(Lease lease) {
            return switch (random.nextInt(4)) {
                case 0 -> PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key(lease.keyName()));
                case 1 -> PoolFixture.failure(FailureKind.SERVER_ERROR, new Scope.None());
                default ->
                    new Failure(
                            FailureKind.RATE_LIMITED,
                            new Scope.ProjectModel(lease.project(), PoolFixture.MODEL),
                            fixture.time.now().plus(upTo(Duration.ofSeconds(8))),
                            false,
                            429,
                            "a test");
            };
        }
    }
}
