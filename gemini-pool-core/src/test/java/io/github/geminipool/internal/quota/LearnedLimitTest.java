package io.github.geminipool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits per minute that are learned from refusals. */
class LearnedLimitTest extends LedgerFixture {

    @ParameterizedTest
    @CsvSource({"60, 0.5, 30", "60, 1, 60", "3, 0.5, 1", "1, 0.1, 1", "10, 0.3, 3"})
    void aShareIsAPartOfTheLimit(int limit, double share, int own) {
        Limits limits = Limits.NONE.withRequestsPerMinute(limit).withShare(share);
        assertThat(burst(ledger(limits), 0)).isEqualTo(own);
        Ledger learned = ledger(Limits.NONE.withShare(share));
        learned.refusedByMinute(limit, 0, 0, 1, MINUTE);
        assertThat(burst(learned, 5 * MINUTE)).isEqualTo(own);
    }

    @Test
    void aLimitIsLearnedFromARefusal() {
        Ledger ledger = ledger(Limits.NONE);
        assertThat(ledger.nextSlot(5, 0)).isEqualTo(5);
        long now = 10 * SECOND;
        assertThat(ledger.refusedByMinute(4, 0, 9 * SECOND, now, now + 40 * SECOND))
                .isFalse();
        assertThat(ledger.nextSlot(now, 0))
                .as("the minute is full, as Gemini reports")
                .isEqualTo(now + 40 * SECOND + GUARD);
        assertThat(ledger.why(now, 0))
                .isEqualTo("the project's per-minute request quota is used up (limit 4, learned from Gemini)");
        ledger.forget();
        assertThat(ledger.nextSlot(now, 0)).isEqualTo(now);
    }

    @Test
    void aConfiguredLimitThatIsTooHighIsLoweredAndReportedOnce() {
        Ledger ledger = perMinute(100);
        assertThat(burst(ledger, 0)).isEqualTo(100);
        assertThat(ledger.refusedByMinute(60, 0, 0, SECOND, SECOND)).isTrue();
        assertThat(burst(ledger, 5 * MINUTE)).isEqualTo(60);
        assertThat(ledger.refusedByMinute(60, 0, 5 * MINUTE, 5 * MINUTE + 1, 6 * MINUTE))
                .isFalse();
        ledger.forget();
        assertThat(burst(ledger, 9 * MINUTE)).isEqualTo(100);
    }

    @Test
    void sendsAreRememberedWhileALowerLimitHolds() {
        Ledger ledger = perMinute(100);
        assertThat(burst(ledger, 0)).isEqualTo(100);
        ledger.refusedByMinute(5, 0, 0, SECOND, SECOND);
        ledger.forget();
        assertThat(ledger.nextSlot(SECOND, 0)).isEqualTo(MINUTE + GUARD);
    }

    @Test
    void aConfiguredLimitThatIsTooLowIsHonoured() {
        Ledger ledger = perMinute(10);
        ledger.take(0, 0);
        assertThat(ledger.refusedByMinute(60, 0, 0, 1, 2)).isFalse();
        assertThat(burst(ledger, 5 * MINUTE)).isEqualTo(10);
    }

    @Test
    void anUnexpectedRefusalWidensTheGuardAndAddsTheUsageOfOthersForAMinute() {
        Ledger ledger = perMinute(60);
        for (int i = 0; i < 20; i++) {
            ledger.take(i * SECOND, 0);
        }
        long now = 20 * SECOND;
        ledger.refusedByMinute(60, 0, 19 * SECOND, now, now + 30 * SECOND);
        assertThat(ledger.nextSlot(now, 0)).as("40 of other processes").isGreaterThan(now + 29 * SECOND);
        assertThat(ledger.refund(19 * SECOND, 0)).isTrue();
        ledger.refusedByMinute(60, 0, 15 * SECOND, now + 1, now + 30 * SECOND);
        long quiet = now + 2 * MINUTE;
        assertThat(burst(ledger, quiet)).isEqualTo(60);
        assertThat(ledger.nextSlot(quiet, 0))
                .as("widened once, since the second request was in flight")
                .isEqualTo(quiet + MINUTE + GUARD * 3 / 2);
        long later = quiet + 11 * MINUTE;
        assertThat(burst(ledger, later)).isEqualTo(60);
        assertThat(ledger.nextSlot(later, 0)).as("narrowed again").isEqualTo(later + MINUTE + GUARD);
    }

    @Test
    void aLearnedLimitIsForgottenAfterAnHour() {
        Ledger ledger = ledger(Limits.NONE);
        ledger.refusedByMinute(4, 0, 0, 1, 2);
        long hour = 60 * MINUTE;
        assertThat(burst(ledger, hour)).isEqualTo(4);
        assertThat(ledger.nextSlot(hour + 1, 0)).as("it may have been raised").isEqualTo(hour + 1);

        Ledger configured = perMinute(100);
        assertThat(configured.refusedByMinute(60, 0, 0, 1, 2)).as("reported").isTrue();
        assertThat(burst(configured, 5 * MINUTE)).isEqualTo(60);
        assertThat(burst(configured, hour + 5 * MINUTE)).isEqualTo(100);
        assertThat(configured.refusedByMinute(60, 0, hour + 5 * MINUTE, hour + 6 * MINUTE, hour + 7 * MINUTE))
                .as("once")
                .isFalse();
    }

    @Test
    void aRefusalOfATooLargePromptTellsTheLimitButNotTheUsage() {
        Ledger ledger = ledger(Limits.NONE);
        ledger.refusedByTokens(100, 1_000, 5, 6, 6 + MINUTE);
        assertThat(ledger.tokenLimit()).isEqualTo(100);
        assertThat(ledger.nextSlot(7, 100)).isEqualTo(7);
        ledger.refusedByTokens(100, 10, 8, 9, 9 + MINUTE);
        assertThat(ledger.nextSlot(10, 1)).isGreaterThan(10);
    }
}
