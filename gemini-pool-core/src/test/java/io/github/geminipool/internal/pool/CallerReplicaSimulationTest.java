package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits of callers over replicas in virtual time, whatever happens to their store. {@code -Dreplica.seeds=1000} runs more of it. */
@Tag("volume")
class CallerReplicaSimulationTest {

    private static final int SEEDS = Integer.getInteger("replica.seeds", 20);

    @Test
    void limitsHoldAndNoSlotIsLostWhateverHappens() {
        List<String> wrong = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            CallerChaos chaos = new CallerChaos(seed);
            List<String> found = chaos.run();
            if (!found.isEmpty()) {
                wrong.add("seed " + seed + ", " + chaos + ": "
                        + found.stream().limit(5).toList());
            }
        }
        assertThat(wrong).isEmpty();
    }
}
