package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas that share quotas, in virtual time. {@code -Dreplica.seeds=1000} runs more of what may happen to them. */
@Tag("volume")
class ReplicaSimulationTest {

    private static final int SEEDS = Integer.getInteger("replica.seeds", 20);

    @Test
    void whateverHappensNoSlotIsLostAndNoCallFailsInVain() {
        List<String> wrong = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            ReplicaChaos chaos = new ReplicaChaos(seed);
            List<String> found = chaos.run();
            if (!found.isEmpty()) {
                wrong.add("seed " + seed + ", " + chaos + ": "
                        + found.stream().limit(5).toList());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void theSameSeedHappensTheSameWay() {
        for (long seed = 0; seed < 3; seed++) {
            ReplicaChaos first = new ReplicaChaos(seed);
            first.run();
            ReplicaChaos second = new ReplicaChaos(seed);
            second.run();
            assertThat(second.world.log()).isNotEmpty().isEqualTo(first.world.log());
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 60, 6, 1.3", "1, 1000, 1, 0.3"})
    void unevenDemandUsesTheWholeQuotaAndTheSmallReplicaWaitsLeast(
            int projects, int perMinute, int minutes, double ordersOfOne) {
        ReplicaWorld world = new ReplicaWorld(1, projects, perMinute);
        for (double part : new double[] {0.52, 0.52, 0.26}) {
            world.join().demand(part * projects * perMinute / 60);
        }
        world.time.advance(Duration.ofMinutes(2));
        long admitted = world.admitted();
        long refusals = world.refusals();
        long orders = world.store.orders();
        world.replicas.forEach(replica -> replica.waits.clear());
        world.time.advance(Duration.ofMinutes(minutes));

        SoftAssertions all = new SoftAssertions();
        long more = world.admitted() - admitted;
        all.assertThat(more).as("used").isGreaterThanOrEqualTo((long) (0.99 * projects * perMinute * minutes));
        all.assertThat(world.refusals() - refusals).as("refused").isLessThan((long) (0.002 * more) + 1);
        all.assertThat((double) (world.store.orders() - orders) / more)
                .as("orders a call")
                .isLessThanOrEqualTo(ordersOfOne);
        int[] sent = world.replicas.stream()
                .mapToInt(replica -> replica.waits.size())
                .toArray();
        all.assertThat((double) sent[0] / sent[1])
                .as("calls of one busy replica for each of the other")
                .isBetween(0.85, 1.18);
        double busy = Math.min(median(world.replicas.get(0).waits), median(world.replicas.get(1).waits));
        all.assertThat(median(world.replicas.get(2).waits))
                .as("wait of the small replica")
                .isLessThan(busy / 3);
        all.assertThat(world.violations()).isEmpty();
        all.assertAll();
    }

    @Test
    void replicasThatCallTheModelByDifferentNamesShareItsQuotaOnceGeminiHasNamedIt() {
        ReplicaWorld world = new ReplicaWorld(1, 3, 60);
        world.namesTheModel();
        world.event("the names are not known", 0, true);
        world.join(SimulatedReplica.MODEL).demand(2);
        world.join(SimulatedReplica.MODEL).demand(1);
        world.join(SimulatedReplica.REAL_NAME).demand(1);
        world.time.advance(Duration.ofMinutes(4));
        long learned = world.refusals();
        long admitted = world.admitted();
        world.time.advance(Duration.ofMinutes(4));

        assertThat(learned).isBetween(1L, 30L);
        assertThat(world.refusals()).isEqualTo(learned);
        assertThat(world.admitted() - admitted).isGreaterThanOrEqualTo((long) (0.99 * 3 * 60 * 4));
        assertThat(world.violations()).isEmpty();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
