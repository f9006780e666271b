package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.geminipool.settings.HealthSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErrorRateTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final ErrorRate rate = new ErrorRate(HealthSettings.DEFAULTS);

    private void record(int failures, int successes, long nanos) {
        for (int i = 0; i < failures; i++) {
            rate.record(true, nanos);
        }
        for (int i = 0; i < successes; i++) {
            rate.record(false, nanos);
        }
    }

    @Test
    void theRateOfNothingIsZero() {
        assertThat(rate.at(0)).isZero();
        assertThat(rate.at(Long.MAX_VALUE)).isZero();
    }

    @Test
    void theRateIsTheShareOfFailures() {
        record(1, 3, 0);

        assertThat(rate.at(0)).isEqualTo(0.25);
        assertThat(rate.at(5 * MINUTE - 1)).isEqualTo(0.25);
    }

    @Test
    void theEarlierWindowCountsByItsRecentPart() {
        record(10, 0, 0);
        record(0, 10, 5 * MINUTE);

        assertThat(rate.at(5 * MINUTE)).isEqualTo(0.5);
        assertThat(rate.at(7 * MINUTE + MINUTE / 2)).isCloseTo(5.0 / 15, within(1e-9));
        assertThat(rate.at(10 * MINUTE - 1)).isCloseTo(0, within(1e-6));
    }

    @Test
    void windowsBeforeTheEarlierOneAreForgotten() {
        record(10, 0, 0);

        assertThat(rate.at(10 * MINUTE - 1)).isOne();
        assertThat(rate.at(10 * MINUTE)).isZero();
        record(0, 1, 20 * MINUTE);
        assertThat(rate.at(20 * MINUTE)).isZero();
    }

    @Test
    void readingChangesNothing() {
        record(1, 1, 0);
        rate.at(100 * MINUTE);

        assertThat(rate.at(0)).isEqualTo(0.5);
    }

    @Test
    void aLateRecordCountsForTheNewWindow() {
        record(0, 1, 5 * MINUTE);
        record(1, 0, 5 * MINUTE - 1);

        assertThat(rate.at(5 * MINUTE)).isEqualTo(0.5);
    }

    @Test
    void aWindowCountsAMillionAttemptsAtMost() {
        record(0, 1_100_000, 0);
        record(100, 0, 1);
        assertThat(rate.at(1)).isZero();

        record(1, 1, 5 * MINUTE);
        assertThat(rate.at(10 * MINUTE)).isEqualTo(0.5);
    }
}
