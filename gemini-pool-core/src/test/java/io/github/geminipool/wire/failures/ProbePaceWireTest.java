package io.github.geminipool.wire.failures;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.RotationSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rejected key is probed at the interval of the check. */
@Tag("wire")
@Timeout(60)
class ProbePaceWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final Duration CHECK = Duration.ofSeconds(1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    @Test
    void aFailedProbeIsFollowedByTheNextAfterItsPause() {
        GeminiSimulator simulator = invariants.simulator(
                b -> b.key(KEY, key -> key.state(KeyState.INVALID)).key(OTHER));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .settings(b.settings().withRotation(new RotationSettings(CHECK))));
        pool.generateContent("Hi");
        pool.generateContent("Hi");

        for (int i = 1; i <= 5; i++) {
            int probes = i;
            time.advance(CHECK);
            Eventually.await(
                    "probe " + i,
                    () -> probes(simulator) == probes && pool.stats().active() == 0);
        }

        simulator.keyState(KEY, KeyState.VALID);
        time.advance(CHECK);
        Eventually.await(
                "the key is trusted again",
                () -> probes(simulator) == 6 && pool.stats().active() == 0);

        // It is rejected again before a probe has run.
        simulator.keyState(KEY, KeyState.EXPIRED);
        Eventually.await("it is rejected again", () -> {
            pool.generateContent("Hi");
            return pool.keyStats().usable() == 1;
        });
        time.advance(CHECK);
        Eventually.await("probe 7", () -> probes(simulator) == 7);
    }

    private static long probes(GeminiSimulator simulator) {
        return simulator.requests().stream()
                .filter(request -> request.operation() == Operation.GET_MODEL)
                .count();
    }
}
