package io.github.geminipool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The books of a project: what may be sent when. */
class LedgerTest {

    private static final Instant START = Instant.parse("2026-11-10T20:00:00Z");
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long GUARD = SECOND / 10;
    private static final long TOKEN_GUARD = SECOND * 8 / 10;

    private static Ledger perMinute(int limit) {
        return new Ledger(Limits.NONE.withRequestsPerMinute(limit), new TokenEstimate(), START::plusNanos);
    }

    private static Ledger perDay(int limit, LongFunction<Instant> wallClock) {
        return new Ledger(Limits.NONE.withRequestsPerDay(limit), new TokenEstimate(), wallClock);
    }

    /** Takes as many as there are at once. */
    private static int burst(Ledger ledger, long now) {
        int taken = 0;
        while (ledger.nextSlot(now, 0) <= now) {
            ledger.take(now, 0);
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, RollingMinute.EXACT})
    void aBurstAfterAQuietSpellLeavesAtOnceAndComesBackAfterAMinuteAndTheGuard(int limit) {
        Ledger ledger = perMinute(limit);
        assertThat(burst(ledger, 5)).isEqualTo(limit);
        assertThat(ledger.nextSlot(6, 0)).isEqualTo(5 + MINUTE + GUARD);
        long quiet = 5 + 2 * MINUTE;
        assertThat(ledger.nextSlot(quiet, 0)).isEqualTo(quiet);
        assertThat(burst(ledger, quiet)).isEqualTo(limit);
    }

    @Test
    void sendsAreSpreadOnlyWhileMoreThanTheLimitWereSentInTwoMinutes() {
        Ledger ledger = perMinute(60);
        burst(ledger, 0);
        long second = MINUTE + GUARD;
        assertThat(burst(ledger, second)).as("the 61st makes it busy").isEqualTo(1);
        assertThat(ledger.nextSlot(second, 0)).isEqualTo(second + SECOND * 97 / 100);
        assertThat(ledger.why(second, 0))
                .isEqualTo("the project's quota of the minute is spread over it (limit 60, configured)");
        long after = 2 * MINUTE;
        assertThat(burst(ledger, after)).as("two minutes after the burst").isEqualTo(59);
        assertThat(ledger.why(after, 0))
                .isEqualTo("the project's quota of the minute is used up (limit 60, configured)");
    }

    @Test
    void underSteadyLoadTheMinuteIsUsedToTheFull() {
        Ledger ledger = perMinute(60);
        long now = 0;
        int sent = 0;
        long end = 600 * MINUTE;
        while (now < end) {
            ledger.take(now, 0);
            sent++;
            now = ledger.nextSlot(now, 0);
        }
        assertThat(sent / (60.0 * 600)).isBetween(MINUTE / (double) (MINUTE + GUARD) - 0.001, 1.01);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 60, 1_000, RollingMinute.EXACT, RollingMinute.EXACT + 1, 20_000})
    void theRollingMinuteIsNeverBrokenAndWhatWasNotSentIsGivenBack(int limit) {
        for (int seed = 0; seed < (limit > 1_000 ? 3 : 30); seed++) {
            Random random = new Random(seed);
            Ledger ledger = perMinute(limit);
            List<Long> sent = new ArrayList<>();
            long now = random.nextLong(MINUTE);
            for (int step = 0; step < Math.max(2_000, 4 * limit); step++) {
                // Clocks that are read by several threads come out of order.
                long seen = Math.max(0, now - (random.nextInt(20) == 0 ? random.nextInt(1_000_000) : 0));
                long slot = ledger.nextSlot(seen, 0);
                if (slot > seen) {
                    now = Math.max(now, random.nextBoolean() ? slot : seen + random.nextLong(slot - seen));
                    continue;
                }
                long at = sent.isEmpty() ? seen : Math.max(seen, sent.get(sent.size() - 1));
                ledger.take(at, 0);
                sent.add(at);
                if (random.nextInt(5) == 0) {
                    int back = Math.max(0, sent.size() - 1 - random.nextInt(Math.min(limit, 5)));
                    assertThat(ledger.giveBack(sent.remove(back), 0)).isTrue();
                }
                now += random.nextInt(Math.max(30, 3 * limit)) == 0
                        ? random.nextLong(3 * MINUTE)
                        : random.nextLong(MINUTE / limit + 1);
            }
            for (int i = limit; i < sent.size(); i++) {
                assertThat(sent.get(i) - sent.get(i - limit))
                        .as("seed %s: from send %s to the one that is %s later", seed, i - limit, limit)
                        .isGreaterThanOrEqualTo(MINUTE + GUARD);
            }
            assertThat(sent).as("seed %s sends at all", seed).hasSizeGreaterThan(Math.min(limit, 100));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 60})
    void whatIsGivenBackMayBeTakenAtOnce(int limit) {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Ledger ledger = perMinute(limit);
            List<Long> sent = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                sent.add(i * 1_000L);
                ledger.take(i * 1_000L, 0);
            }
            int unsent = 1 + random.nextInt(limit);
            for (int i = 0; i < unsent; i++) {
                assertThat(ledger.giveBack(sent.remove(random.nextInt(sent.size())), 0))
                        .isTrue();
            }
            assertThat(burst(ledger, SECOND)).isEqualTo(unsent);
            assertThat(ledger.giveBack(-1, 0)).as("what was never taken").isFalse();
        }
    }

    private record Sent(long at, long tokens) {}

    /** Random limits, prompts, corrections, cancellations and clocks: never more than the limit within the window. */
    @ParameterizedTest
    @ValueSource(ints = {1, 50, 1_000, RollingMinute.EXACT + 1, 250_000})
    void theTokensOfAnyMinuteAreNeverMoreThanTheLimit(int limit) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Ledger ledger = new Ledger(Limits.NONE.withTokensPerMinute(limit), new TokenEstimate(), START::plusNanos);
            int largest = 1 + random.nextInt(limit);
            List<Sent> sent = new ArrayList<>();
            long now = random.nextLong(MINUTE);
            long last = 0;
            for (int step = 0; step < 2_000; step++) {
                long tokens = 1L + random.nextInt(largest);
                long seen = Math.max(0, now - (random.nextInt(20) == 0 ? random.nextInt(1_000_000) : 0));
                long slot = ledger.nextSlot(seen, tokens);
                if (slot > seen) {
                    now = Math.max(now, random.nextBoolean() ? slot : seen + random.nextLong(slot - seen));
                    continue;
                }
                // Two at one time could not be told apart.
                long at = Math.max(seen, last + 1);
                last = at;
                ledger.take(at, tokens);
                int fate = random.nextInt(5);
                if (fate == 0) {
                    assertThat(ledger.giveBack(at, tokens)).isTrue();
                } else if (fate == 1) {
                    long fewer = random.nextLong(tokens + 1);
                    ledger.settle(at, tokens, fewer);
                    sent.add(new Sent(at, fewer));
                } else {
                    sent.add(new Sent(at, tokens));
                }
                now = at + random.nextLong(MINUTE / 20);
            }
            assertThat(sent).hasSizeGreaterThan(20);
            int from = 0;
            long sum = 0;
            for (Sent each : sent) {
                sum += each.tokens();
                while (sent.get(from).at() <= each.at() - MINUTE - TOKEN_GUARD) {
                    sum -= sent.get(from++).tokens();
                }
                assertThat(sum).as("seed %s, at %s", seed, each.at()).isLessThanOrEqualTo(limit);
            }
        }
    }

    @Test
    void tokensThatGeminiDidNotCountMayBeSentAtOnceAndThoseItCountedBesidesMayNot() {
        Ledger ledger = new Ledger(Limits.NONE.withTokensPerMinute(100), new TokenEstimate(), START::plusNanos);
        ledger.take(0, 80);
        assertThat(ledger.nextSlot(1, 20)).isEqualTo(1);
        assertThat(ledger.nextSlot(1, 21)).isEqualTo(MINUTE + TOKEN_GUARD);
        assertThat(ledger.left(1)).isCloseTo(0.2, within(1e-9));
        assertThat(ledger.settle(0, 80, 50)).isTrue();
        assertThat(ledger.nextSlot(1, 50)).isEqualTo(1);
        assertThat(ledger.settle(0, 50, 90)).isFalse();
        assertThat(ledger.nextSlot(1, 11)).isEqualTo(MINUTE + TOKEN_GUARD);
        assertThat(ledger.left(1)).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void whatMayBeLargerThanTheLimitHasTheMinuteForItself() {
        Ledger ledger = new Ledger(Limits.NONE.withTokensPerMinute(100), new TokenEstimate(), START::plusNanos);
        assertThat(ledger.nextSlot(5, 300)).as("it may have 100 only").isEqualTo(5);
        ledger.take(5, 1);
        assertThat(ledger.nextSlot(6, 300)).isEqualTo(5 + MINUTE + TOKEN_GUARD);
        assertThat(ledger.nextSlot(6, 304)).as("it has more").isEqualTo(PoolClock.NEVER);
    }

    @Test
    void aRefusalForItsSizeSaysTheLimitAndNothingOfWhatOthersSent() {
        Ledger ledger = new Ledger(Limits.NONE, new TokenEstimate(), START::plusNanos);
        ledger.refusedByTokens(100, 1_000, 5, 6, 6 + MINUTE);
        assertThat(ledger.tokenLimit()).isEqualTo(100);
        assertThat(ledger.nextSlot(7, 100)).isEqualTo(7);
        ledger.refusedByTokens(100, 10, 8, 9, 9 + MINUTE);
        assertThat(ledger.nextSlot(10, 1)).isGreaterThan(10);
    }

    @Test
    void manySmallPromptsThatAreSettledLaterTakeLittleMemoryAndAreAllKept() {
        RollingMinute minute = new RollingMinute(250_000, 0.2);
        Deque<Long> unsettled = new ArrayDeque<>();
        Deque<Long> sent = new ArrayDeque<>();
        int most = 0;
        long now = 0;
        while (now < 3 * MINUTE) {
            long slot = minute.nextSlot(now, GUARD, 30);
            if (slot > now) {
                now = slot;
                continue;
            }
            minute.add(now, 30);
            unsettled.add(now);
            sent.add(now);
            if (unsettled.size() > 5) {
                minute.adjust(unsettled.remove(), -25);
            }
            while (sent.peek() <= now - MINUTE) {
                sent.remove();
            }
            most = Math.max(most, sent.size());
            now += 1_000_000;
        }
        assertThat(minute.capacity()).isLessThanOrEqualTo(16_384);
        assertThat(most).isBetween(49_000, 50_000);
    }

    @Test
    void aLargeLimitTakesLittleMemoryAndIsUsedAllTheSame() {
        RollingMinute minute = new RollingMinute(1_000_000, 0.97);
        long now = 0;
        int sent = 0;
        while (now < 10 * MINUTE) {
            minute.add(now, 1);
            sent++;
            now = minute.nextSlot(now, GUARD, 1);
        }
        assertThat(minute.capacity()).isLessThanOrEqualTo(16_384);
        assertThat(sent).isGreaterThan(9_900_000);
        assertThat(new RollingMinute(1_000_000, 0.97).capacity()).isLessThan(100);
    }

    @Test
    void theDayEndsAtMidnightPacificTime() {
        Ledger ledger = perDay(3, START::plusNanos);
        assertThat(burst(ledger, 0)).isEqualTo(3);
        long midnight =
                Duration.between(START, Instant.parse("2026-11-11T08:00:00Z")).toNanos();
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(midnight);
        assertThat(ledger.why(1, 0)).isEqualTo("the project's quota of the day is used up (limit 3, configured)");
        assertThat(ledger.isDayUsedUp(1)).isTrue();
        assertThat(ledger.isDayUsedUp(midnight)).isFalse();
        assertThat(burst(ledger, midnight)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-08T08:30:00Z, 2026-03-09T07:00:00Z", // 23 hours
        "2026-11-01T07:30:00Z, 2026-11-02T08:00:00Z" // 25 hours
    })
    void daysOfOtherLengthsEndAtMidnightToo(Instant start, Instant end) {
        Ledger ledger = perDay(1, start::plusNanos);
        ledger.take(0, 0);
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(Duration.between(start, end).toNanos());
    }

    @Test
    void aWallClockThatGoesBackBeginsNoDayAgain() {
        long[] behind = {0};
        Instant beforeMidnight = Instant.parse("2026-11-11T07:59:50Z");
        Ledger ledger = perDay(2, nanos -> beforeMidnight.plusNanos(nanos - behind[0]));
        assertThat(burst(ledger, 0)).isEqualTo(2);
        assertThat(burst(ledger, 10 * SECOND)).isEqualTo(2);
        behind[0] = 5 * SECOND;
        assertThat(ledger.nextSlot(11 * SECOND, 0)).isGreaterThan(23 * 60 * MINUTE);
    }

    @Test
    void aDayThatTheMachineSleptThroughIsOver() {
        long[] ahead = {0};
        Ledger ledger = perDay(1, nanos -> START.plusNanos(nanos + ahead[0]));
        ledger.take(0, 0);
        ahead[0] = Duration.ofHours(13).toNanos();
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(1);
    }

    @Test
    void whatIsGivenBackCountsForTheDayToo() {
        Ledger ledger = perDay(1, START::plusNanos);
        ledger.take(0, 0);
        assertThat(ledger.giveBack(0, 0)).isTrue();
        assertThat(ledger.nextSlot(1, 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"60, 0.5, 30", "60, 1, 60", "3, 0.5, 1", "1, 0.1, 1", "10, 0.3, 3"})
    void aShareIsAPartOfTheLimit(int limit, double share, int own) {
        Limits limits = Limits.NONE.withRequestsPerMinute(limit).withShare(share);
        assertThat(burst(new Ledger(limits, new TokenEstimate(), START::plusNanos), 0))
                .isEqualTo(own);
        Ledger learned = new Ledger(Limits.NONE.withShare(share), new TokenEstimate(), START::plusNanos);
        learned.refusedByMinute(limit, 0, 1, MINUTE);
        assertThat(burst(learned, 5 * MINUTE)).isEqualTo(own);
    }

    @Test
    void aLimitIsLearnedFromARefusal() {
        Ledger ledger = new Ledger(Limits.NONE, new TokenEstimate(), START::plusNanos);
        assertThat(ledger.nextSlot(5, 0)).isEqualTo(5);
        long now = 10 * SECOND;
        assertThat(ledger.refusedByMinute(4, 9 * SECOND, now, now + 40 * SECOND))
                .isFalse();
        assertThat(ledger.nextSlot(now, 0))
                .as("the minute is full, since the server says so")
                .isEqualTo(now + 40 * SECOND + GUARD);
        assertThat(ledger.why(now, 0))
                .isEqualTo("the project's quota of the minute is used up (limit 4, learned from Gemini)");
        ledger.forget();
        assertThat(ledger.nextSlot(now, 0)).isEqualTo(now);
    }

    @Test
    void oneThatIsTooHighIsLearnedDownAndReportedOnce() {
        Ledger ledger = perMinute(100);
        assertThat(burst(ledger, 0)).isEqualTo(100);
        assertThat(ledger.refusedByMinute(60, 0, SECOND, SECOND)).isTrue();
        assertThat(burst(ledger, 5 * MINUTE)).isEqualTo(60);
        assertThat(ledger.refusedByMinute(60, 5 * MINUTE, 5 * MINUTE + 1, 6 * MINUTE))
                .isFalse();
        ledger.forget();
        assertThat(burst(ledger, 9 * MINUTE)).isEqualTo(100);
    }

    @Test
    void whatWasSentIsRememberedWhileALowerLimitIsBelieved() {
        Ledger ledger = perMinute(100);
        assertThat(burst(ledger, 0)).isEqualTo(100);
        ledger.refusedByMinute(5, 0, SECOND, SECOND);
        ledger.forget();
        assertThat(ledger.nextSlot(SECOND, 0)).isEqualTo(MINUTE + GUARD);
    }

    @Test
    void oneThatIsTooLowIsHonoured() {
        Ledger ledger = perMinute(10);
        ledger.take(0, 0);
        assertThat(ledger.refusedByMinute(60, 0, 1, 2)).isFalse();
        assertThat(burst(ledger, 5 * MINUTE)).isEqualTo(10);
    }

    @Test
    void aSurpriseWidensTheGuardAndCountsTheMissingForOneMinute() {
        Ledger ledger = perMinute(60);
        for (int i = 0; i < 20; i++) {
            ledger.take(i * SECOND, 0);
        }
        long now = 20 * SECOND;
        ledger.refusedByMinute(60, 19 * SECOND, now, now + 30 * SECOND);
        assertThat(ledger.nextSlot(now, 0)).as("40 of somebody else").isGreaterThan(now + 29 * SECOND);
        assertThat(ledger.giveBack(19 * SECOND, 0)).isTrue();
        ledger.refusedByMinute(60, 15 * SECOND, now + 1, now + 30 * SECOND);
        long quiet = now + 2 * MINUTE;
        assertThat(burst(ledger, quiet)).isEqualTo(60);
        assertThat(ledger.nextSlot(quiet, 0))
                .as("one surprise, since the second one was under way")
                .isEqualTo(quiet + MINUTE + GUARD * 3 / 2);
        long later = quiet + 11 * MINUTE;
        assertThat(burst(ledger, later)).isEqualTo(60);
        assertThat(ledger.nextSlot(later, 0)).as("it heals").isEqualTo(later + MINUTE + GUARD);
    }

    @Test
    void theDayIsLearnedFromARefusalUntilItIsOver() {
        Ledger ledger = perDay(20, START::plusNanos);
        ledger.take(0, 0);
        assertThat(ledger.refusedByDay(10, 1)).isTrue();
        assertThat(ledger.refusedByDay(10, 2)).isFalse();
        assertThat(ledger.isDayUsedUp(3)).isTrue();
        long tomorrow = ledger.nextSlot(3, 0);
        assertThat(burst(ledger, tomorrow)).as("it may have been raised").isEqualTo(20);
    }

    @Test
    void aDayThatIsNotConfiguredIsForgottenWhenItIsOver() {
        Ledger ledger = new Ledger(Limits.NONE, new TokenEstimate(), START::plusNanos);
        ledger.refusedByDay(10, 1);
        long tomorrow = ledger.nextSlot(3, 0);
        assertThat(tomorrow).isEqualTo(Duration.ofHours(12).toNanos());
        for (int i = 0; i < 100; i++) {
            assertThat(ledger.nextSlot(tomorrow, 0)).isEqualTo(tomorrow);
            ledger.take(tomorrow, 0);
        }
    }

    @Test
    void aMinuteThatWasLearnedIsDoubtedAfterAnHour() {
        Ledger ledger = new Ledger(Limits.NONE, new TokenEstimate(), START::plusNanos);
        ledger.refusedByMinute(4, 0, 1, 2);
        long hour = 60 * MINUTE;
        assertThat(burst(ledger, hour)).isEqualTo(4);
        assertThat(ledger.nextSlot(hour + 1, 0)).as("it may have been raised").isEqualTo(hour + 1);

        Ledger configured = perMinute(100);
        assertThat(configured.refusedByMinute(60, 0, 1, 2)).as("reported").isTrue();
        assertThat(burst(configured, 5 * MINUTE)).isEqualTo(60);
        assertThat(burst(configured, hour + 5 * MINUTE)).isEqualTo(100);
        assertThat(configured.refusedByMinute(60, hour + 5 * MINUTE, hour + 6 * MINUTE, hour + 7 * MINUTE))
                .as("once")
                .isFalse();
    }
}
