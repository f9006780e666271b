package io.github.geminipool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchProgressTest {

    private static BatchProgress progress(long done, long total, Duration elapsed) {
        return new BatchProgress(done, 0, total, elapsed, Map.of());
    }

    @Test
    void theRateIsThatOfTheWholeTime() {
        assertThat(progress(30, -1, Duration.ofSeconds(20)).rate()).isEqualTo(1.5, within(1e-9));
        assertThat(progress(0, -1, Duration.ZERO).rate()).isZero();
    }

    @Test
    void whatRemainsTakesAsLongAsWhatIsDone() {
        assertThat(progress(30, 90, Duration.ofSeconds(20)).remaining()).isEqualTo(Duration.ofSeconds(40));
        assertThat(progress(90, 90, Duration.ofSeconds(20)).remaining()).isZero();
        assertThat(progress(0, 90, Duration.ofSeconds(20)).remaining()).isNull();
        assertThat(progress(30, -1, Duration.ofSeconds(20)).remaining()).isNull();
    }
}
