package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Everything that callers and time can do to a model pool, in random order, compared with a second ledger. */
class RandomWalkTest {

    private static final int SEEDS = 2_000;
    private static final int STEPS = 200;

    @Test
    void agreesWithItsModelAndLeavesNothingBehind() {
        int granted = 0;
        int refused = 0;
        int fellBack = 0;
        int cancelled = 0;
        int waited = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Walk walk = new Walk(seed);
            try {
                walk.run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", step " + walk.step + ": " + walk.last, e);
            }
            granted += walk.granted;
            refused += walk.refused;
            fellBack += walk.fellBack;
            cancelled += walk.cancelled;
            waited += walk.waited;
        }
        assertThat(List.of(granted, refused, fellBack, cancelled, waited))
                .as("the walk must cover everything: granted, refused, fallen back, cancelled, waited")
                .allMatch(count -> count > 5_000);
    }

    /** A call with what it holds: a lease request, a lease, or a place between attempts. */
    private static final class Caller {

        private @Nullable LeaseRequest request;
        private @Nullable Lease lease;
        private KeyFilter filter = KeyFilter.ANY;
        private boolean between;
        private int announced;
    }

    private static final class Walk {

        private final Random random;
        private final PoolFixture fixture;
        private final int size;
        private final List<Caller> callers = new ArrayList<>();
        private boolean closed;
        private final int perMinute;
        private final Map<String, List<Long>> sent = new HashMap<>();
        private int step;
        private String last = "";
        private int granted;
        private int refused;
        private int fellBack;
        private int cancelled;
        private int waited;

        Walk(long seed) {
            random = new Random(seed);
            size = 1 + random.nextInt(4);
            int keys = 1 + random.nextInt(seed % 50 == 0 ? 40 : 5);
            List<Project> projects = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                String name = "p" + random.nextInt(keys);
                projects.add(new Project(name, "b" + name.charAt(1) % 2, random.nextInt(4) == 0 ? 1 : 0, 1));
            }
            perMinute = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 0;
            Limits limits = perMinute == 0 ? Limits.NONE : Limits.NONE.withRequestsPerMinute(perMinute);
            Selection[] selections = Selection.values();
            fixture = new PoolFixture(
                    size, SelectionStrategy.of(selections[random.nextInt(selections.length)]), projects, limits);
        }

        void run() {
            for (step = 0; step < STEPS; step++) {
                act();
                settle();
                check();
            }
            last = "the end";
            while (!callers.isEmpty()) {
                for (Caller caller : List.copyOf(callers)) {
                    if (caller.lease != null) {
                        complete(caller, null);
                    } else if (caller.between && caller.request == null) {
                        end(caller);
                    }
                }
                fixture.time.advance(Duration.ofSeconds(60));
                settle();
                check();
            }
            fixture.assertNothingIsLeft();
            sent.values().forEach(this::checkMinutes);
        }

        /** Checks that no project sent more than its limit in any minute, whatever was refunded. */
        private void checkMinutes(List<Long> times) {
            Collections.sort(times);
            for (int i = perMinute; perMinute > 0 && i < times.size(); i++) {
                assertThat(times.get(i) - times.get(i - perMinute))
                        .as("nanoseconds for one more than the limit of %s", perMinute)
                        .isGreaterThanOrEqualTo(60_100_000_000L);
            }
        }

        private void act() {
            int dice = random.nextInt(100);
            if (dice < 35) {
                last = "request";
                Caller caller = new Caller();
                callers.add(caller);
                if (random.nextInt(5) == 0) {
                    caller.filter = someFilter();
                }
                request(caller, random.nextInt(10) == 0 ? 0 : random.nextInt(30_000), false);
            } else if (dice < 60) {
                last = "complete";
                Caller caller = one(c -> c.lease != null);
                if (caller != null) {
                    complete(caller, random.nextInt(3) == 0 ? failure(caller) : null);
                }
            } else if (dice < 68) {
                last = "repeat";
                Caller caller = one(c -> c.between && c.request == null);
                if (caller != null) {
                    request(caller, random.nextInt(30_000), true);
                }
            } else if (dice < 71) {
                last = "give up between attempts";
                Caller caller = one(c -> c.between && c.request == null);
                if (caller != null) {
                    end(caller);
                }
            } else if (dice < 78) {
                last = "cancel";
                Caller caller = one(c -> c.request != null);
                if (caller != null && caller.request != null) {
                    assertThat(fixture.pool.cancel(caller.request)).isTrue();
                    assertThat(caller.announced).isOne();
                    cancelled++;
                    caller.request = null;
                    end(caller);
                }
            } else if (dice < 95) {
                last = "time";
                fixture.time.advance(Duration.ofMillis(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 3_000)));
            } else if (dice < 96) {
                last = "overload";
                fixture.exclude(
                        new Scope.Model(PoolFixture.MODEL),
                        Duration.ofMillis(random.nextInt(3_000)),
                        FailureKind.OVERLOADED);
                fixture.pool.lookAgain();
            } else if (dice < 97) {
                last = "lift";
                fixture.exclusions.lift(new Scope.Key(someKey().name()));
                fixture.pool.lookAgain();
            } else if (dice < 99) {
                last = "reset";
                fixture.pool.reset();
            } else if (step > STEPS / 2 && random.nextInt(4) == 0) {
                last = "close";
                fixture.pool.close();
                closed = true;
            }
        }

        private Demand demand() {
            return random.nextInt(10) == 0 ? Demand.NOTHING : Demand.ofTokens(random.nextInt(20));
        }

        private void request(Caller caller, int timeoutMillis, boolean retry) {
            caller.announced = 0;
            LeaseRequest request = new LeaseRequest(
                    caller.filter,
                    demand(),
                    fixture.time.clock().after(Duration.ofMillis(timeoutMillis)),
                    retry,
                    random.nextBoolean(),
                    () -> caller.announced++);
            caller.request = request;
            fixture.pool.request(request);
            if (request.isPending()) {
                waited++;
            }
        }

        private void complete(Caller caller, @Nullable Failure failure) {
            Lease lease = caller.lease;
            caller.lease = null;
            if (lease == null) {
                return;
            }
            boolean again = failure != null && random.nextBoolean();
            if (again && failure != null) {
                caller.filter = caller.filter.avoiding(failure.scope());
                caller.between = true;
                fixture.pool.attemptsBegin();
            } else {
                callers.remove(caller);
            }
            List<ExceededQuota> exceeded = List.of();
            if (failure != null && failure.kind() == FailureKind.RATE_LIMITED && random.nextInt(10) == 0) {
                exceeded = List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 1 + random.nextInt(9)));
            }
            if (random.nextInt(20) == 0) {
                notSent(lease);
                lease.unused();
                assertThat(lease.complete(Outcome.SUCCESS)).isFalse();
            } else {
                boolean arrived = failure == null || random.nextInt(10) > 0;
                if (!arrived) {
                    notSent(lease);
                }
                Outcome outcome = failure == null ? Outcome.SUCCESS : Outcome.refused(failure, exceeded, arrived);
                assertThat(lease.complete(outcome)).isTrue();
                assertThat(lease.complete(Outcome.SUCCESS)).isFalse();
            }
        }

        private void notSent(Lease lease) {
            assertThat(!lease.demand().isCounted()
                            || sent.getOrDefault(lease.project(), List.of()).remove(lease.grantedNanos()))
                    .isTrue();
        }

        private void end(Caller caller) {
            callers.remove(caller);
            if (caller.between) {
                fixture.pool.attemptsEnd();
            }
        }

        private Failure failure(Caller caller) {
            Lease lease = caller.lease;
            String key = lease == null ? "" : lease.keyName();
            String project = lease == null ? "" : lease.project();
            String account = lease == null ? "" : lease.billingAccount();
            return switch (random.nextInt(6)) {
                case 0 -> PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key(key));
                case 1 -> PoolFixture.failure(FailureKind.OVERLOADED, new Scope.Model(PoolFixture.MODEL));
                case 2 -> PoolFixture.failure(FailureKind.BILLING, new Scope.BillingAccount(account));
                case 3 -> PoolFixture.failure(FailureKind.SERVER_ERROR, new Scope.None());
                default ->
                    new Failure(
                            FailureKind.RATE_LIMITED,
                            new Scope.ProjectModel(project, PoolFixture.MODEL),
                            fixture.time.now().plusMillis(random.nextInt(20_000)),
                            false,
                            429,
                            "a test");
            };
        }

        private void settle() {
            for (Caller caller : List.copyOf(callers)) {
                LeaseRequest request = caller.request;
                if (request == null || request.isPending()) {
                    continue;
                }
                assertThat(caller.announced).as("announced").isOne();
                caller.request = null;
                caller.lease = request.lease();
                if (caller.lease != null) {
                    granted++;
                    if (caller.lease.demand().isCounted()) {
                        sent.computeIfAbsent(caller.lease.project(), project -> new ArrayList<>())
                                .add(caller.lease.grantedNanos());
                    }
                    caller.between = false;
                    assertThat(caller.lease.isCompleted()).isFalse();
                } else {
                    refused++;
                    Refusal refusal = request.refusal();
                    assertThat(refusal).isNotNull();
                    if (refusal != null && refusal.fallBackFor() != null) {
                        assertThat(request.hasFallback()).isTrue();
                        fellBack++;
                    }
                    end(caller);
                    settle();
                    return;
                }
            }
        }

        private void check() {
            ModelPoolState state = fixture.pool.state();
            List<Lease> leases = new ArrayList<>();
            List<LeaseRequest> pending = new ArrayList<>();
            Map<String, Integer> inFlight = new HashMap<>();
            int between = 0;
            for (Caller caller : callers) {
                if (caller.lease != null) {
                    leases.add(caller.lease);
                    inFlight.merge(caller.lease.keyName(), 1, Integer::sum);
                }
                if (caller.request != null) {
                    pending.add(caller.request);
                    assertThat(caller.announced).isZero();
                }
                between += caller.between ? 1 : 0;
            }
            assertThat(state.active()).as("active").isEqualTo(leases.size());
            assertThat(leases.stream().map(Lease::instanceIndex)).doesNotHaveDuplicates();
            assertThat(state.inFlight()).as("in flight").isEqualTo(inFlight);
            assertThat(state.waiting()).as("waiting").isEqualTo(pending.size());
            assertThat(state.betweenAttempts()).as("between attempts").isEqualTo(between);
            if (closed) {
                assertThat(pending).as("waiting although closed").isEmpty();
            }
            assertThat(fixture.time.alarms()).as("alarms").isEqualTo(pending.isEmpty() ? 0 : 1);
            if (fixture.pool.isOverloaded()) {
                assertThat(pending)
                        .as("requests with a fallback that wait for an overloaded model")
                        .noneMatch(LeaseRequest::hasFallback);
            }
            for (LeaseRequest request : pending) {
                assertThat(request.deadlineNanos())
                        .as("deadline of a waiting request")
                        .isGreaterThan(fixture.nanos());
                // With a token limit, the request may be too large for the rest, or behind one that is.
                boolean mayBeGranted =
                        state.active() < size && (request.isRetry() || between < size) && !fixture.pool.countsTokens();
                assertThat(mayBeGranted && usable(request.filter()))
                        .as("waits although it could be granted")
                        .isFalse();
            }
        }

        private boolean usable(KeyFilter filter) {
            Map<String, ?> excluded = fixture.pool.exclusions(KeyFilter.ANY, fixture.keys.size());
            return fixture.keys.stream().anyMatch(key -> filter.accepts(key) && !excluded.containsKey(key.name()));
        }

        private KeyFilter someFilter() {
            KeyHealth key = someKey();
            String project = someKey().project().name();
            return switch (random.nextInt(6)) {
                case 0 -> KeyFilter.of(KeyChoice.ANY, project);
                case 1 -> chosen(KeyChoice.ANY.withPreferredProject(project));
                case 2 -> chosen(KeyChoice.ANY.withOnlyKeys(Set.of(key.name())).withOnlyProjects(Set.of(project)));
                case 3 -> chosen(KeyChoice.ANY.withNotKeys(Set.of(key.name())));
                case 4 ->
                    chosen(KeyChoice.ANY
                            .withNotProjects(Set.of(project))
                            .withPreferredProject(someKey().project().name()));
                default ->
                    chosen(KeyChoice.ANY.withOnlyProjects(Set.of(project)).withNotKeys(Set.of(key.name())));
            };
        }

        private static KeyFilter chosen(KeyChoice choice) {
            return KeyFilter.of(choice, null);
        }

        private KeyHealth someKey() {
            return fixture.keys.get(random.nextInt(fixture.keys.size()));
        }

        private @Nullable Caller one(Predicate<Caller> which) {
            List<Caller> those = callers.stream().filter(which).toList();
            return those.isEmpty() ? null : those.get(random.nextInt(those.size()));
        }
    }
}
