package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slots that none of the waiting requests can use keep nobody from getting others. */
class UselessSlotsTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static LeaseRequest request(SimulatedReplica of, KeyFilter filter, Demand demand) {
        LeaseRequest request = new LeaseRequest(filter, demand, of.clock().after(LONG), false, false, null);
        of.pool().request(request);
        return request;
    }

    private static LeaseRequest ofProject(SimulatedReplica of, String project) {
        return request(of, KeyFilter.of(KeyChoice.ANY, project), Demand.REQUEST);
    }

    private static ReplicaWorld ofTokens() {
        return new ReplicaWorld(1, 1, Limits.NONE.withTokensPerMinute(10_000));
    }

    @Test
    void anEstimateMayGrowAfterTheOrder() {
        ReplicaWorld world = ofTokens();
        SimulatedReplica replica = world.join();
        LeaseRequest request = request(replica, KeyFilter.ANY, Demand.ofTokens(1_000));
        // Sixteen percent more than estimated.
        replica.learnTokens(1_000, 1_160);
        world.time.advance(Duration.ofSeconds(1));

        assertThat(request.lease()).isNotNull();
    }

    @Test
    void aTurnOfOneProjectIsOfNoUseToARequestOfAnother() {
        ReplicaWorld world = new ReplicaWorld(1, 2, 1);
        SimulatedReplica replica = world.join();
        ofProject(replica, "p0");
        ofProject(replica, "p1");
        world.time.advance(Duration.ofSeconds(1));
        LeaseRequest waits = ofProject(replica, "p0");
        world.time.advance(Duration.ofSeconds(1));
        LeaseRequest cancelled = ofProject(replica, "p1");
        world.time.advance(Duration.ofSeconds(1));
        assertThat(waits.isPending() && cancelled.isPending()).isTrue();

        replica.pool().cancel(cancelled);
        world.time.advance(Duration.ofSeconds(62));
        assertThat(waits.lease()).isNotNull();
    }

    @Test
    void aSlotOfAProjectThatIsRefusedServesNobody() {
        ReplicaWorld world = new ReplicaWorld(1, 2, 60);
        SimulatedReplica replica = world.join();
        replica.pool().cancel(ofProject(replica, "p0"));
        // The slot comes for a request that is there no longer.
        LeaseRequest request =
                request(replica, KeyFilter.of(KeyChoice.ANY.withNotProjects(Set.of("p0")), null), Demand.REQUEST);
        world.time.advance(Duration.ofSeconds(1));

        assertThat(request.lease()).isNotNull();
        world.time.advance(Duration.ofSeconds(10));
        assertThat(world.store.given() - world.store.givenBack()).isEqualTo(1);
    }

    @Test
    void aSlotThatIsTooSmallServesNobody() {
        ReplicaWorld world = ofTokens();
        SimulatedReplica replica = world.join();
        replica.pool().cancel(request(replica, KeyFilter.ANY, Demand.ofTokens(100)));
        LeaseRequest large = request(replica, KeyFilter.ANY, Demand.ofTokens(2_000));
        world.time.advance(Duration.ofSeconds(1));

        assertThat(large.lease()).isNotNull();
        assertThat(world.store.orders()).isLessThan(10);
    }
}
