package io.github.geminipool.wire.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases that are held for very long are logged if configured. */
@Tag("wire")
@Timeout(60)
class LeakDetectionWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    @Test
    void aLeaseHeldForVeryLongIsLoggedOnceWithItsCaller() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .timeSource(time)
                        .settings(b.settings().withLeakDetectionThreshold(Duration.ofMinutes(1))));
        try (GenerationStream stream = pool.generateContentStream("Tell me a very long story about the sky")) {
            time.advance(Duration.ofMinutes(1));
            Eventually.await("the line", () -> !held().isEmpty());
            time.advance(Duration.ofMinutes(10));
            Eventually.await("timed tasks", () -> PoolProbe.isUpToDate(pool));
            assertThat(held())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("Key #1"));
            stream.forEach(part -> {});
        }
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
        pool.generateContent("Hi");
        time.advance(Duration.ofMinutes(10));
        Eventually.await("timed tasks", () -> PoolProbe.isUpToDate(pool));
        assertThat(held()).as("of one that ended in time").hasSize(1);
    }

    private List<String> held() {
        return invariants.logged().stream()
                .filter(line -> line.contains("has held instance"))
                .filter(line -> line.contains(getClass().getSimpleName()))
                .toList();
    }
}
