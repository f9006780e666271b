package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacificDayTest {

    @ParameterizedTest
    @CsvSource({
        "2026-10-15T12:00:00Z, 2026-10-16T07:00:00Z",
        "2026-10-16T06:59:59.999999999Z, 2026-10-16T07:00:00Z",
        "2026-10-16T07:00:00Z, 2026-10-17T07:00:00Z",
        "2026-01-15T12:00:00Z, 2026-01-16T08:00:00Z",
        // Clocks go forward on 8 March 2026: that day has 23 hours.
        "2026-03-08T08:00:00Z, 2026-03-09T07:00:00Z",
        "2026-03-08T07:59:59Z, 2026-03-08T08:00:00Z",
        // And back on 1 November 2026: 25 hours.
        "2026-11-01T07:00:00Z, 2026-11-02T08:00:00Z",
        "2026-11-01T09:30:00Z, 2026-11-02T08:00:00Z",
        "2026-12-31T23:00:00Z, 2027-01-01T08:00:00Z",
    })
    void endsAtMidnightPacificTime(Instant now, Instant midnight) {
        assertThat(PacificDay.endAfter(now)).isEqualTo(midnight);
    }
}
