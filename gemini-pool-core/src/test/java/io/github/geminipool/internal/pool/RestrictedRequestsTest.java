package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.noKeyUntil;
import static io.github.geminipool.internal.pool.PoolFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RestrictedRequestsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final SelectionStrategy ROUND_ROBIN = SelectionStrategy.of(Selection.ROUND_ROBIN);

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
    void avoidTheScopesThatRejectedThem() {
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
    void withoutAnAcceptedKeyAreRefusedAtOnce() {
        KeyFilter none = KeyFilter.of(KeyChoice.ANY, "a").avoiding(new Scope.Key("k1"));

        assertThat(refusal(fixture.request(none, PoolFixture.TIMEOUT, false))).isEqualTo(noKeyUntil(PoolClock.NEVER));
        assertThat(refusal(fixture.request(KeyFilter.of(KeyChoice.ANY, "unknown"), PoolFixture.TIMEOUT, false)))
                .isEqualTo(noKeyUntil(PoolClock.NEVER));
        fixture.assertNothingIsLeft();
    }

    @Test
    void thatWaitForTheirKeyDoNotDelayOthers() {
        fixture.exclude(new Scope.Project("c"), Duration.ofSeconds(10));
        LeaseRequest bound = fixture.request(KeyFilter.of(KeyChoice.ANY, "c"), PoolFixture.TIMEOUT, true);
        assertThat(bound.isPending()).isTrue();

        Lease other = fixture.lease();

        other.complete(Outcome.SUCCESS);
        fixture.time.advance(Duration.ofSeconds(10));
        assertThat(PoolFixture.leaseOf(bound).keyName()).isEqualTo("k4");
    }

    @Test
    void goToTheNamedKeys() {
        KeyChoice some = KeyChoice.ANY.withOnlyKeys(Set.of("k1", "unknown")).withOnlyProjects(Set.of("b"));
        assertThat(accepted(KeyFilter.of(some, null))).containsExactly("k1", "k2", "k3");
        assertThat(accepted(KeyFilter.of(some.withNotKeys(Set.of("k2")), null))).containsExactly("k1", "k3");
        assertThat(accepted(KeyFilter.of(some, "b"))).containsExactly("k2", "k3");
        assertThat(accepted(KeyFilter.of(KeyChoice.ANY.withNotProjects(Set.of("b")), null)))
                .containsExactly("k1", "k4");
    }

    @Test
    void goToThePreferredProjectWhileItIsUsable() {
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
    void withAPreferredProjectWaitForAnyKey() {
        KeyFilter preferring = KeyFilter.of(KeyChoice.ANY.withPreferredProject("b"), null);
        fixture.exclude(new Scope.BillingAccount("account-1"), Duration.ofSeconds(10));
        fixture.excludeKey(4, SECOND);
        LeaseRequest request = fixture.request(preferring, PoolFixture.TIMEOUT, false);
        fixture.time.advance(SECOND);
        assertThat(PoolFixture.leaseOf(request).keyName()).isEqualTo("k4");
    }

    @Test
    void thatNameKeysAskTheStrategyAboutTheseOnly() {
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
    void wakeEachWhenTheirKeyReturns() {
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
