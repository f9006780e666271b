package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The binding of instances to keys, by the periodic check and by repair: the guide's cases first. */
class RotationTest {

    private final PoolFixture fixture = PoolFixture.of(5, 3);

    private List<String> bound() {
        return bound(fixture);
    }

    private static List<String> bound(PoolFixture of) {
        return of.pool.state().instances().stream()
                .map(ModelPoolState.InstanceState::key)
                .toList();
    }

    /** Runs the periodic check once. */
    private void check() {
        fixture.context.health().check(fixture.nanos());
        fixture.pool.check();
    }

    private KeyState state(int number) {
        return fixture.keys.get(number - 1).state(fixture.nanos());
    }

    /** Makes an attempt that fails by the key's fault, without excluding the key. */
    private static Failure unexplained(Lease lease) {
        return PoolFixture.failure(FailureKind.INVALID_REQUEST, new Scope.Key(lease.keyName()));
    }

    /** Makes a number of attempts with each key; a share of those with the bad key fails. */
    private void use(int each, String bad, double share) {
        Map<String, Integer> uses = new HashMap<>();
        int failed = 0;
        for (int i = 0; i < each * fixture.keys.size(); i++) {
            Lease lease = fixture.lease();
            int count = uses.merge(lease.keyName(), 1, Integer::sum);
            boolean fails = lease.keyName().equals(bad) && failed < share * count;
            failed += fails ? 1 : 0;
            lease.complete(PoolFixture.outcome(fails ? unexplained(lease) : null));
        }
    }

    @Test
    void fiveInstancesOverThreeKeysAreBoundInTurn() {
        assertThat(bound()).containsExactly("k1", "k2", "k3", "k1", "k2");
    }

    @Test
    void aKeyWithMoreThan20PercentErrorsLosesItsInstancesUntilItIsHealthy() {
        use(100, "k2", 0.21);
        assertThat(bound()).as("before the check").contains("k2");

        check();

        assertThat(state(2)).isInstanceOf(KeyState.Degraded.class);
        assertThat(bound()).doesNotContain("k2").containsExactlyInAnyOrder("k1", "k1", "k1", "k3", "k3");
        assertThat(IntStream.range(0, 50).mapToObj(i -> served()).distinct()).containsExactlyInAnyOrder("k1", "k3");

        fixture.time.advance(Duration.ofMinutes(10));
        check();

        assertThat(state(2)).isInstanceOf(KeyState.Probation.class);
        assertThat(bound()).contains("k2");
        use(20, "", 0);
        assertThat(state(2)).isInstanceOf(KeyState.Healthy.class);
        assertThat(fixture.rotated).contains(new InstanceRotated(PoolFixture.MODEL, 1, "k2", "k3"));
        fixture.assertNothingIsLeft();
    }

    private String served() {
        Lease lease = fixture.lease();
        lease.complete(Outcome.SUCCESS);
        return lease.keyName();
    }

    @Test
    void twentyPercentErrorsOrFewAttemptsDoNotDegradeAKey() {
        use(100, "k2", 0.19);
        check();
        assertThat(state(2)).isInstanceOf(KeyState.Healthy.class);

        PoolFixture few = PoolFixture.of(5, 3);
        for (int i = 0; i < 19; i++) {
            Lease lease = few.lease();
            lease.complete(PoolFixture.outcome(lease.keyName().equals("k2") ? unexplained(lease) : null));
        }
        few.context.health().check(few.nanos());
        assertThat(few.keys).allMatch(KeyHealth::isHealthy);
    }

    @Test
    void theLastWorkingKeyIsNeverDegraded() {
        for (int i = 0; i < 300; i++) {
            Lease lease = fixture.lease();
            lease.complete(Outcome.failure(unexplained(lease), true));
        }
        check();

        assertThat(fixture.keys).filteredOn(KeyHealth::isHealthy).hasSize(1);
        assertThat(fixture.lease().keyName())
                .isEqualTo(fixture.keys.stream()
                        .filter(KeyHealth::isHealthy)
                        .findFirst()
                        .orElseThrow()
                        .name());
    }

    @Test
    void degradedKeysAreUsedIfNoOtherIsUsable() {
        use(100, "k2", 0.5);
        check();
        fixture.excludeKey(1, Duration.ofMinutes(1));
        fixture.excludeKey(3, Duration.ofMinutes(1));

        assertThat(served()).isEqualTo("k2");
    }

    @Test
    void aKeyOnProbationHasFewConcurrentCallsAndOneFailureEndsIt() {
        PoolFixture greedy =
                new PoolFixture(5, candidate -> candidate.keyName().equals("k2") ? 1 : 0, PoolFixture.projects(3));
        KeyHealth second = greedy.keys.get(1);
        Lease bad = greedy.lease();
        bad.complete(Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key("k2")), true));
        greedy.time.advance(Duration.ofSeconds(10));
        Lease probe = greedy.lease();
        probe.answered();
        probe.complete(Outcome.SUCCESS);
        assertThat(second.state(greedy.nanos())).isEqualTo(new KeyState.Probation(1));

        List<Lease> atOnce = greedy.leases(5);
        assertThat(atOnce).extracting(Lease::keyName).filteredOn("k2"::equals).hasSize(2);
        atOnce.forEach(lease -> lease.complete(Outcome.SUCCESS));
        assertThat(second.state(greedy.nanos())).isEqualTo(new KeyState.Probation(3));

        Lease again = greedy.lease();
        again.complete(Outcome.failure(unexplained(again), true));
        assertThat(second.state(greedy.nanos())).isInstanceOf(KeyState.Degraded.class);
    }

    private Lease leaseOf(String name) {
        for (int i = 0; i < 20; i++) {
            Lease lease = fixture.lease();
            if (lease.keyName().equals(name)) {
                return lease;
            }
            lease.complete(Outcome.SUCCESS);
        }
        throw new AssertionError("no lease of " + name);
    }

    @Test
    void instancesOfAnExcludedKeyAreReboundWhenUsedAndEvenedOutByTheCheck() {
        Lease lease = leaseOf("k2");
        lease.complete(Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Key("k2")), true));
        fixture.leases(5).forEach(used -> used.complete(Outcome.SUCCESS));

        assertThat(bound()).doesNotContain("k2");

        fixture.exclusions.lift(new Scope.Key("k2"));
        check();
        assertThat(counts(bound()))
                .containsEntry("k2", 1)
                .containsEntry("k1", 2)
                .containsEntry("k3", 2);
    }

    private static Map<String, Integer> counts(List<String> names) {
        Map<String, Integer> counts = new HashMap<>();
        names.forEach(name -> counts.merge(name, 1, Integer::sum));
        return counts;
    }

    @Test
    void aKeyWithMostOfTheCallsIsPassedOverUntilTheNextCheckButStaysUsable() {
        PoolFixture greedy =
                new PoolFixture(5, candidate -> candidate.keyName().equals("k1") ? 1 : 0, PoolFixture.projects(3));
        greedy.leases(5).forEach(lease -> lease.complete(Outcome.SUCCESS));
        for (int i = 0; i < 30; i++) {
            Lease lease = greedy.lease();
            assertThat(lease.keyName()).isEqualTo("k1");
            lease.complete(Outcome.SUCCESS);
        }

        greedy.pool.check();

        Lease lease = greedy.lease();
        assertThat(lease.keyName()).isNotEqualTo("k1");
        lease.complete(Outcome.SUCCESS);
        greedy.excludeKey(2, Duration.ofMinutes(1));
        greedy.excludeKey(3, Duration.ofMinutes(1));
        assertThat(greedy.lease().keyName()).isEqualTo("k1");
    }

    @Test
    void oneOfTwoKeysMayHaveMostOfTheCalls() {
        PoolFixture greedy =
                new PoolFixture(5, candidate -> candidate.keyName().equals("k1") ? 1 : 0, PoolFixture.projects(2));
        for (int i = 0; i < 30; i++) {
            greedy.lease().complete(Outcome.SUCCESS);
        }

        greedy.pool.check();

        assertThat(greedy.lease().keyName()).isEqualTo("k1");
    }

    @Test
    void anAddedKeyGetsItsShareOfInstancesAndARemovedOneLosesIt() {
        fixture.ring.add(ApiKey.of("secret-new").named("k4"));
        fixture.pool.keysChanged();
        assertThat(counts(bound()).values()).containsExactlyInAnyOrder(2, 1, 1, 1);

        List<Lease> running = fixture.leases(5);
        fixture.ring.remove("k1");
        fixture.pool.keysChanged();

        assertThat(bound()).doesNotContain("k1");
        running.forEach(lease -> lease.complete(Outcome.SUCCESS));
        assertThat(fixture.lease().keyName()).isNotEqualTo("k1");
    }

    @Test
    void aProjectsLedgerSurvivesTheReplacementOfItsKey() {
        PoolFixture limited = new PoolFixture(
                5,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                List.of(Project.of("k1")),
                Limits.NONE.withRequestsPerMinute(3));
        limited.leases(3).forEach(lease -> lease.complete(Outcome.SUCCESS));

        limited.ring.replace("k1", ApiKey.of("secret-new").named("k1").inProject("k1"));
        limited.pool.keysChanged();

        assertThat(limited.request().lease()).as("fourth request in the minute").isNull();
    }

    @Test
    void exclusionsOfRemovedKeysAreForgotten() {
        int before = fixture.exclusions.size();
        for (int i = 0; i < 1_000; i++) {
            String name = "more-" + i;
            fixture.ring.add(ApiKey.of("secret-" + name).named(name));
            fixture.pool.keysChanged();
            fixture.excludeKey(1, Duration.ofSeconds(1));
            fixture.ring.remove(name);
            fixture.pool.keysChanged();
        }

        assertThat(fixture.exclusions.size()).isLessThanOrEqualTo(before + 10);
    }
}
