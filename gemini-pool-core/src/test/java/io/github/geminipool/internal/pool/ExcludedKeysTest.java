package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static io.github.geminipool.internal.pool.PoolFixture.used;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.instance.ModelPoolState.InstanceState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExcludedKeysTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void areNotChosenBeforeTheirExclusionEnds() {
        PoolFixture fixture = PoolFixture.of(4, 2);
        fixture.excludeKey(1, SECOND);

        assertThat(used(fixture, 4)).containsOnly("k2");
        fixture.time.advance(SECOND);

        assertThat(used(fixture, 4)).containsExactly("k1", "k2", "k1", "k2");
    }

    @Test
    void areExcludedByEveryScopeThatContainsThem() {
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
                new Scope.ProjectModel("k1", "another-model"), new Scope.Model("another-model"), new Scope.Request())) {
            PoolFixture fixture = PoolFixture.of(2, 2);
            fixture.exclude(scope, SECOND);
            assertThat(used(fixture, 2)).as("%s", scope).containsExactly("k1", "k2");
        }
    }

    @Test
    void areWaitedForIfTheFirstReturnsInTime() {
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
    void areUsedAtOnceWhenTheirExclusionIsLifted() {
        PoolFixture fixture = PoolFixture.of(2, 1);
        fixture.excludeKey(1, Duration.ofSeconds(20));
        LeaseRequest request = fixture.request();

        fixture.exclusions.lift(new Scope.Key("k1"));
        fixture.pool.lookAgain();

        PoolFixture.leaseOf(request).complete(Outcome.SUCCESS);
        fixture.assertNothingIsLeft();
    }

    @Test
    void areReportedWithTheirExclusions() {
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
    void neverHideTheOnlyUsableKey() {
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
    void returnOneByOne() {
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
