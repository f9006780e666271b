package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeInWordsTest {

    private static final Instant NOW = Instant.parse("2026-11-30T17:06:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.34S, 340 ms",
        "PT1.2S, 2 s",
        "PT59S, 59 s",
        "PT59.5S, 1 min",
        "PT1M3S, 1 min 3 s",
        "PT59M59.5S, 1 h",
        "PT14H53M1S, 14 h 54 min",
        "PT24H, 1 d",
        "PT76H30M, 3 d 4 h",
    })
    void durationsHaveTwoUnits(Duration duration, String words) {
        assertThat(TimeInWords.of(duration)).isEqualTo(words);
    }

    @Test
    void instantsHaveSecondsOrADateOnlyIfNeeded() {
        assertThat(TimeInWords.until(Instant.parse("2026-12-01T08:00:00Z"), NOW))
                .isEqualTo("14 h 54 min (08:00 UTC)");
        assertThat(TimeInWords.until(NOW.plusMillis(9_100), NOW)).isEqualTo("10 s (17:06:10 UTC)");
        assertThat(TimeInWords.until(NOW.plus(Duration.ofDays(2)), NOW)).isEqualTo("2 d (2026-12-02 17:06 UTC)");
        assertThat(TimeInWords.until(NOW.minusSeconds(5), NOW)).startsWith("0 ms");
    }
}
