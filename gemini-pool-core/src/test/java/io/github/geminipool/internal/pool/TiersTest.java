package io.github.geminipool.internal.pool;

import static io.github.geminipool.internal.pool.PoolFixture.used;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TiersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final SelectionStrategy ROUND_ROBIN = SelectionStrategy.of(Selection.ROUND_ROBIN);

    private final PoolFixture fixture = new PoolFixture(
            4,
            ROUND_ROBIN,
            List.of(
                    new Project("paid", "paid", 1, 1),
                    new Project("free-1", "free-1", 0, 1),
                    new Project("free-2", "free-2", 0, 1)));

    @Test
    void higherOnesAreUsedOnlyWhileNoLowerOneIsUsable() {
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
    void doNotMixForLackOfAnInstance() {
        List<Lease> leases = fixture.leases(4);

        assertThat(leases).extracting(Lease::keyName).doesNotContain("k1");
        assertThat(fixture.request().isPending()).isTrue();
    }

    @Test
    void allCountForTheEarliestReturn() {
        fixture.excludeKey(1, SECOND);
        fixture.excludeKey(2, Duration.ofSeconds(5));
        fixture.excludeKey(3, Duration.ofSeconds(5));

        LeaseRequest request = fixture.request();
        fixture.time.advance(SECOND);

        assertThat(PoolFixture.leaseOf(request).keyName()).isEqualTo("k1");
    }
}
