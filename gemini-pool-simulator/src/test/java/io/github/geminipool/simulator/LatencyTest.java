package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Latency distributions. */
class LatencyTest {
    @Test
    void uniformStaysBetweenItsBounds() {
        List<Duration> drawn = draw(Latency.uniform(Duration.ofMillis(10), Duration.ofMillis(20)));
        assertThat(drawn).allSatisfy(d -> assertThat(d).isBetween(Duration.ofMillis(10), Duration.ofMillis(20)));
        assertThat(drawn.get(500)).isBetween(Duration.ofMillis(14), Duration.ofMillis(16));
    }

    @Test
    void logNormalHasItsMedianAndALongTail() {
        List<Duration> drawn = draw(Latency.logNormal(Duration.ofMillis(100), 1));
        assertThat(drawn.get(500)).isBetween(Duration.ofMillis(85), Duration.ofMillis(115));
        assertThat(drawn.get(990)).isBetween(Duration.ofMillis(600), Duration.ofMillis(2000));
        assertThat(draw(Latency.logNormal(Duration.ofMillis(100), 0)).get(999)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void isNeverNegative() {
        assertThatThrownBy(() -> Latency.fixed(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Latency.uniform(Duration.ofMillis(2), Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Duration> draw(Latency latency) {
        Random random = new Random(1);
        return Stream.generate(() -> latency.next(random)).limit(1000).sorted().toList();
    }
}
