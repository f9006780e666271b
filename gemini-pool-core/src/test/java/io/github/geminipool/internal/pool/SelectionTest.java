package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.Candidate;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelectionTest {

    private static final Duration TENTH = Duration.ofMillis(100);

    private static PoolFixture pool(Selection selection, int size, Project... projects) {
        return new PoolFixture(size, SelectionStrategy.of(selection), List.of(projects));
    }

    private static Project project(String name, double weight) {
        return new Project(name, name, 0, weight);
    }

    /** Makes ten calls a second of equal duration, a number of them concurrent; failures count for the error rate only. */
    private static Map<String, Integer> load(PoolFixture fixture, int calls, int atOnce) {
        Map<String, Integer> uses = new HashMap<>();
        Deque<Lease> running = new ArrayDeque<>();
        for (int i = 0; i < calls; i++) {
            if (running.size() == atOnce) {
                running.remove().complete(Outcome.SUCCESS);
            }
            Lease lease = fixture.lease();
            uses.merge(lease.keyName(), 1, Integer::sum);
            running.add(lease);
            fixture.time.advance(TENTH);
        }
        running.forEach(lease -> lease.complete(Outcome.SUCCESS));
        return uses;
    }

    @ParameterizedTest
    @EnumSource(Selection.class)
    void equalKeysAreUsedEvenly(Selection selection) {
        PoolFixture fixture = pool(selection, 6, project("a", 1), project("b", 1), project("c", 1));

        Map<String, Integer> uses = load(fixture, 3_000, 3);

        assertThat(uses).hasSize(3);
        assertThat(uses.values()).allSatisfy(count -> assertThat(count).isBetween(990, 1_010));
    }

    @ParameterizedTest
    @EnumSource(Selection.class)
    void ofManyEqualKeysAllAreUsed(Selection selection) {
        PoolFixture fixture = new PoolFixture(4, SelectionStrategy.of(selection), PoolFixture.projects(100));

        Map<String, Integer> uses = load(fixture, 10_000, 4);

        assertThat(uses).hasSize(100);
        assertThat(uses.values()).allSatisfy(count -> assertThat(count).isBetween(50, 200));
    }

    @Nested
    class RoundRobin {

        @Test
        void takesTheKeysInTurnRegardlessOfAttemptsInFlight() {
            PoolFixture fixture = pool(Selection.ROUND_ROBIN, 10, project("a", 1), project("b", 1), project("c", 1));

            assertThat(fixture.leases(7))
                    .extracting(Lease::keyName)
                    .containsExactly("k1", "k2", "k3", "k1", "k2", "k3", "k1");
        }
    }

    @Nested
    class LeastLoaded {

        @Test
        void takesTheKeyWithTheFewestInFlight() {
            PoolFixture fixture = pool(Selection.LEAST_LOADED, 10, project("a", 1), project("b", 1));
            List<Lease> leases = fixture.leases(4);

            leases.stream()
                    .filter(lease -> lease.keyName().equals("k2"))
                    .forEach(lease -> lease.complete(Outcome.SUCCESS));

            assertThat(fixture.leases(2)).extracting(Lease::keyName).containsExactly("k2", "k2");
        }

        @Test
        void takesTheWeightIntoAccount() {
            PoolFixture fixture = pool(Selection.LEAST_LOADED, 9, project("a", 2), project("b", 1));

            fixture.leases(9);

            assertThat(fixture.pool.state().inFlight()).isEqualTo(Map.of("k1", 6, "k2", 3));
        }
    }

    @Nested
    class QuotaLeft {

        @Test
        void adaptivePrefersTheKeyWithMoreQuotaLeft() {
            SelectionStrategy strategy = SelectionStrategy.of(Selection.ADAPTIVE);

            assertThat(strategy.score(new Fixed(0, 0, 30, 0, 1, 1, 0.9)))
                    .isGreaterThan(strategy.score(new Fixed(0, 0, 30, 0, 1, 1, 0.5)));
            assertThat(strategy.score(new Fixed(0, 0, 30, 0, 1, 1, 0))).isPositive();
        }

        @Test
        void aLargerProjectGetsMoreOfTheCalls() {
            PoolFixture fixture = pool(
                    Selection.ADAPTIVE,
                    60,
                    project("a", 1).withLimits(Limits.NONE.withRequestsPerMinute(10)),
                    project("b", 1).withLimits(Limits.NONE.withRequestsPerMinute(100)));

            Map<String, Integer> uses = load(fixture, 15, 1);

            assertThat(uses.get("k2")).isGreaterThan(uses.get("k1"));
        }
    }

    @Nested
    class HealthScore {

        @Test
        void isOneByUsageTimesOneMinusErrorRate() {
            SelectionStrategy strategy = SelectionStrategy.of(Selection.HEALTH_SCORE);

            assertThat(strategy.score(new Fixed(0, 4, 0, 0.25, 1, 1))).isCloseTo(0.25 * 0.75, within(1e-12));
            assertThat(strategy.score(new Fixed(0, 0, 0, 0, 1, 1))).isEqualTo(1);
            assertThat(strategy.score(new Fixed(0, 10, 0, 1, 1, 1))).isZero();
        }

        @Test
        void evensOutTheTotalUsage() {
            PoolFixture fixture = pool(Selection.HEALTH_SCORE, 4, project("a", 1), project("b", 1));
            fixture.excludeKey(2, Duration.ofSeconds(5));
            for (int i = 0; i < 10; i++) {
                fixture.lease().complete(Outcome.SUCCESS);
            }
            fixture.time.advance(Duration.ofSeconds(5));

            Map<String, Integer> uses = load(fixture, 9, 1);

            assertThat(uses).isEqualTo(Map.of("k2", 9));
        }
    }

    @Nested
    class Adaptive {

        @Test
        void usesKeysByTheirWeights() {
            PoolFixture fixture = pool(Selection.ADAPTIVE, 10, project("a", 2), project("b", 1));

            Map<String, Integer> uses = load(fixture, 6_000, 1);

            assertThat((double) uses.getOrDefault("k1", 0) / uses.getOrDefault("k2", 0))
                    .isBetween(1.9, 2.1);
        }

        @Test
        void usesAFailingKeyLess() {
            PoolFixture fixture = pool(Selection.ADAPTIVE, 10, project("a", 1), project("b", 1));
            load(fixture, 100, 1);
            int failing = 0;
            for (int i = 0; i < 2_000; i++) {
                Lease lease = fixture.lease();
                boolean fails = lease.keyName().equals("k1") && failing++ % 2 == 0;
                // The failure is the request's, so that nothing is excluded and only the error rate counts.
                lease.complete(PoolFixture.outcome(
                        fails ? PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Request()) : null));
                fixture.time.advance(TENTH);
            }

            assertThat(failing).as("uses of the failing key, of 2,000").isBetween(200, 700);
        }

        @Test
        void forgetsUsageAfterTenMinutes() {
            PoolFixture fixture = pool(Selection.ADAPTIVE, 10, project("a", 1), project("b", 1));
            fixture.lease()
                    .complete(
                            Outcome.failure(PoolFixture.failure(FailureKind.KEY_REJECTED, new Scope.Request()), true));
            assertThat(fixture.keys.get(0).errorRate(fixture.nanos())).isOne();
            fixture.time.advance(Duration.ofMinutes(10));

            Map<String, Integer> uses = load(fixture, 1_000, 1);

            assertThat(uses.get("k1")).isBetween(490, 510);
        }

        @Test
        void doesNotHoldQuotaAgainstAKey() {
            PoolFixture fixture = pool(Selection.ADAPTIVE, 10, project("a", 1), project("b", 1));
            for (int i = 0; i < 100; i++) {
                Lease lease = fixture.lease();
                lease.complete(PoolFixture.outcome(
                        lease.keyName().equals("k1")
                                ? PoolFixture.failure(FailureKind.OVERLOADED, new Scope.Model(PoolFixture.MODEL))
                                : null));
            }

            assertThat(fixture.keys.get(0).errorRate(fixture.nanos())).isZero();
        }

        @Test
        void avoidsAKeyThatIsMuchSlower() {
            SelectionStrategy strategy = SelectionStrategy.of(Selection.ADAPTIVE);
            double average = strategy.score(new Fixed(0, 0, 10, 0, 1, 1));

            assertThat(strategy.score(new Fixed(0, 0, 10, 0, 1.9, 1)))
                    .as("noise")
                    .isEqualTo(average);
            assertThat(strategy.score(new Fixed(0, 0, 10, 0, 2.1, 1))).isEqualTo(average / 2);
        }

        @Test
        void avoidsAKeyThatIsBusy() {
            PoolFixture fixture = pool(Selection.ADAPTIVE, 10, project("a", 1), project("b", 1));
            List<Lease> leases = fixture.leases(6);
            leases.stream()
                    .filter(lease -> lease.keyName().equals("k2"))
                    .forEach(lease -> lease.complete(Outcome.SUCCESS));
            fixture.time.advance(Duration.ofMinutes(5));

            assertThat(fixture.leases(2)).extracting(Lease::keyName).containsOnly("k2");
        }
    }

    @Nested
    class AnyStrategy {

        @Test
        void thatThrowsIsReplacedByRoundRobin() {
            PoolFixture fixture = new PoolFixture(
                    4,
                    candidate -> {
                        throw new IllegalStateException("a test");
                    },
                    PoolFixture.projects(2));

            assertThat(fixture.leases(4)).extracting(Lease::keyName).containsExactly("k1", "k2", "k1", "k2");
        }

        @Test
        void thatThrowsForOneKeyRanksItLast() {
            PoolFixture fixture = new PoolFixture(
                    4,
                    candidate -> {
                        if (candidate.keyName().equals("k1")) {
                            throw new NoClassDefFoundError("a test");
                        }
                        return -1e300;
                    },
                    PoolFixture.projects(2));

            assertThat(fixture.leases(4)).extracting(Lease::keyName).containsOnly("k2");
        }

        @Test
        void thatReturnsNotANumberRanksTheKeyLast() {
            PoolFixture fixture = new PoolFixture(
                    4,
                    candidate -> candidate.keyName().equals("k1") ? Double.NaN : -Double.MAX_VALUE,
                    PoolFixture.projects(2));

            assertThat(fixture.leases(4)).extracting(Lease::keyName).containsOnly("k2");
        }

        @Test
        void withoutAPreferenceMeansTheLeastRecentlyUsedKey() {
            for (double score :
                    new double[] {0, 7, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, Double.MIN_VALUE
                    }) {
                PoolFixture fixture = new PoolFixture(10, candidate -> score, PoolFixture.projects(3));
                assertThat(fixture.leases(5))
                        .as("%s", score)
                        .extracting(Lease::keyName)
                        .containsExactly("k1", "k2", "k3", "k1", "k2");
            }
        }

        @Test
        void seesTheStateOfItsCandidates() {
            Map<String, Fixed> seen = new HashMap<>();
            PoolFixture fixture = new PoolFixture(
                    4,
                    candidate -> {
                        seen.put(candidate.keyName(), Fixed.of(candidate));
                        return -candidate.lastUse();
                    },
                    PoolFixture.projects(2));
            List<Lease> leases = fixture.leases(3);
            fixture.time.advance(Duration.ofSeconds(1));
            leases.get(1).complete(Outcome.SUCCESS);
            fixture.time.advance(Duration.ofSeconds(2));
            leases.get(0).complete(Outcome.SUCCESS);
            fixture.lease();

            // k1: 3 s, and one more in flight; k2: 1 s. The mean of all is 1 s + 0.1 × (3 s − 1 s).
            assertThat(seen.get("k1")).isEqualTo(new Fixed(1, 2, 2, 0, 3 / 1.2, 3));
            assertThat(seen.get("k2")).isEqualTo(new Fixed(0, 1, 1, 0, 1 / 1.2, 2));
        }

        @Test
        void countsUsesOfTheLastMinuteOnly() {
            Map<String, Double> recent = new HashMap<>();
            PoolFixture fixture = new PoolFixture(
                    4,
                    candidate -> {
                        recent.put(candidate.keyName(), candidate.recentUsage());
                        return 0;
                    },
                    PoolFixture.projects(1));
            for (int i = 0; i < 10; i++) {
                fixture.lease().complete(Outcome.SUCCESS);
            }

            fixture.time.advance(Duration.ofSeconds(75));
            fixture.lease().complete(Outcome.SUCCESS);
            assertThat(recent.get("k1")).isCloseTo(7.5, within(1e-9));

            fixture.time.advance(Duration.ofSeconds(121));
            fixture.lease().complete(Outcome.SUCCESS);
            assertThat(recent.get("k1")).isZero();
        }
    }

    /** A candidate, or a copy of one. */
    private record Fixed(
            int inFlight,
            long usage,
            double recentUsage,

            double errorRate,
            double relativeLatency,
            long lastUse,
            double quotaLeft)
            implements Candidate {

        Fixed(int inFlight, long usage, double recentUsage, double errorRate, double relativeLatency, long lastUse) {
            this(inFlight, usage, recentUsage, errorRate, relativeLatency, lastUse, 1);
        }

        static Fixed of(Candidate c) {
            return new Fixed(
                    c.inFlight(),
                    c.usage(),
                    c.recentUsage(),
                    c.errorRate(),
                    c.relativeLatency(),
                    c.lastUse(),
                    c.quotaLeft());
        }

        @Override
        public String keyName() {
            return "k";
        }

        @Override
        public Project project() {
            return Project.of("p");
        }
    }
}
