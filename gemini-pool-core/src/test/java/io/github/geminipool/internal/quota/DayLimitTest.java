package io.github.geminipool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of requests per day. */
class DayLimitTest extends LedgerFixture {

    @Test
    void theDayEndsAtMidnightPacificTime() {
        Ledger ledger = perDay(3, START::plusNanos);
        assertThat(burst(ledger, 0)).isEqualTo(3);
        long midnight =
                Duration.between(START, Instant.parse("2026-11-11T08:00:00Z")).toNanos();
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(midnight);
        assertThat(ledger.why(1, 0)).isEqualTo("the project's daily request quota is used up (limit 3, configured)");
        assertThat(ledger.isDayUsedUp(1)).isTrue();
        assertThat(ledger.isDayUsedUp(midnight)).isFalse();
        assertThat(burst(ledger, midnight)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-08T08:30:00Z, 2026-03-09T07:00:00Z", // 23 hours
        "2026-11-01T07:30:00Z, 2026-11-02T08:00:00Z" // 25 hours
    })
    void daysOf23And25HoursEndAtMidnight(Instant start, Instant end) {
        Ledger ledger = perDay(1, start::plusNanos);
        ledger.take(0, 0);
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(Duration.between(start, end).toNanos());
    }

    @Test
    void aWallClockThatGoesBackDoesNotRepeatADay() {
        long[] behind = {0};
        Instant beforeMidnight = Instant.parse("2026-11-11T07:59:50Z");
        Ledger ledger = perDay(2, nanos -> beforeMidnight.plusNanos(nanos - behind[0]));
        assertThat(burst(ledger, 0)).isEqualTo(2);
        assertThat(burst(ledger, 10 * SECOND)).isEqualTo(2);
        behind[0] = 5 * SECOND;
        assertThat(ledger.nextSlot(11 * SECOND, 0)).isGreaterThan(23 * 60 * MINUTE);
    }

    @Test
    void aDayEndsWhileTheMachineSleeps() {
        long[] ahead = {0};
        Ledger ledger = perDay(1, nanos -> START.plusNanos(nanos + ahead[0]));
        ledger.take(0, 0);
        ahead[0] = Duration.ofHours(13).toNanos();
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(1);
    }

    @Test
    void aRequestThatIsGivenBackDoesNotCountForTheDay() {
        Ledger ledger = perDay(1, START::plusNanos);
        ledger.take(0, 0);
        assertThat(ledger.refund(0, 0)).isTrue();
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(1);
    }

    @Test
    void aDailyLimitThatIsLearnedHoldsUntilTheDayIsOver() {
        Ledger ledger = perDay(20, START::plusNanos);
        ledger.take(0, 0);
        assertThat(ledger.refusedByDay(10, 1)).isTrue();
        assertThat(ledger.refusedByDay(10, 2)).isFalse();
        assertThat(ledger.isDayUsedUp(3)).isTrue();
        long tomorrow = ledger.nextSlot(3, 0);
        assertThat(burst(ledger, tomorrow)).as("it may have been raised").isEqualTo(20);
    }

    @Test
    void aDailyLimitThatIsNotConfiguredIsForgottenAfterTheDay() {
        Ledger ledger = ledger(Limits.NONE);
        ledger.refusedByDay(10, 1);
        long tomorrow = ledger.nextSlot(3, 0);
        assertThat(tomorrow).isEqualTo(Duration.ofHours(12).toNanos());
        for (int i = 0; i < 100; i++) {
            assertThat(ledger.nextSlot(tomorrow, 0)).isEqualTo(tomorrow);
            ledger.take(tomorrow, 0);
        }
    }
}
