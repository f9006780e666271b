package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.settings.RotationSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
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
    private final RecordingListener listener = new RecordingListener();

    private GeminiSimulator simulator() {
        return invariants.simulator(
                b -> b.key(KEY, key -> key.state(KeyState.INVALID)).key(OTHER));
    }

    private GeminiPool pool(GeminiSimulator simulator) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .listener(listener)
                        .settings(b.settings().withRotation(new RotationSettings(CHECK))));
    }

    @Test
    void aFailedProbeIsFollowedByTheNextAfterItsPause() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator);
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

    @Test
    void aKeyThatNobodyLookedAtIsNotTrustedAgain() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator);
        pool.generateContent("Hi");
        pool.generateContent("Hi");
        assertThat(pool.keyStats().usable()).isEqualTo(1);
        simulator.keyState(KEY, KeyState.VALID);
        simulator.fault(Fault.when()
                .operation(Operation.GET_MODEL)
                .first(1)
                .body(403, "{\"error\":{\"code\":403,\"message\":\"Method doesn't allow unregistered callers\"}}"));

        time.advance(CHECK);
        Eventually.await(
                "the probe", () -> probes(simulator) == 1 && pool.stats().active() == 0);
        assertThat(listener.events(ScopeRestored.class)).isEmpty();

        Eventually.await("a call trusts it again", () -> {
            pool.generateContent("Hi");
            return !listener.events(ScopeRestored.class).isEmpty();
        });
    }

    private static long probes(GeminiSimulator simulator) {
        return simulator.requests().stream()
                .filter(request -> request.operation() == Operation.GET_MODEL)
                .count();
    }
}
