package io.github.geminipool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of requests and tokens per minute. */
class LedgerTest extends LedgerFixture {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, RollingMinute.EXACT})
    void aBurstMayBeSentAtOnceAndAgainAfterAMinuteAndTheGuard(int limit) {
        Ledger ledger = perMinute(limit);
        assertThat(burst(ledger, 5)).isEqualTo(limit);
        assertThat(ledger.nextSlot(6, 0)).isEqualTo(5 + MINUTE + GUARD);
        long quiet = 5 + 2 * MINUTE;
        assertThat(ledger.nextSlot(quiet, 0)).isEqualTo(quiet);
        assertThat(burst(ledger, quiet)).isEqualTo(limit);
    }

    @Test
    void sendsAreSpreadOnlyWhileTwoMinutesHoldMoreThanTheLimit() {
        Ledger ledger = perMinute(60);
        burst(ledger, 0);
        long second = MINUTE + GUARD;
        assertThat(burst(ledger, second)).as("the 61st makes it busy").isEqualTo(1);
        assertThat(ledger.nextSlot(second, 0)).isEqualTo(second + SECOND * 97 / 100);
        assertThat(ledger.why(second, 0))
                .isEqualTo("the project's per-minute request quota is spread over the minute (limit 60, configured)");
        long after = 2 * MINUTE;
        assertThat(burst(ledger, after)).as("two minutes after the burst").isEqualTo(59);
        assertThat(ledger.why(after, 0))
                .isEqualTo("the project's per-minute request quota is used up (limit 60, configured)");
    }

    @Test
    void steadyLoadUsesTheWholeMinute() {
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
    void theLimitOfARollingMinuteIsNeverExceededWhateverIsGivenBack(int limit) {
        for (int seed = 0; seed < (limit > 1_000 ? 3 : 30); seed++) {
            Random random = new Random(seed);
            Ledger ledger = perMinute(limit);
            List<Long> sent = new ArrayList<>();
            long now = random.nextLong(MINUTE);
            for (int step = 0; step < Math.max(2_000, 4 * limit); step++) {
                // Several threads read the clock, so its times come out of order.
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
                    assertThat(ledger.refund(sent.remove(back), 0)).isTrue();
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
    void aRequestThatIsGivenBackMayBeTakenAgainAtOnce(int limit) {
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
                assertThat(ledger.refund(sent.remove(random.nextInt(sent.size())), 0))
                        .isTrue();
            }
            assertThat(burst(ledger, SECOND)).isEqualTo(unsent);
            assertThat(ledger.refund(-1, 0)).as("never taken").isFalse();
        }
    }

    private record Sent(long at, long tokens) {}

    /** With random limits, prompts, corrections, cancellations and clocks. */
    @ParameterizedTest
    @ValueSource(ints = {1, 50, 1_000, RollingMinute.EXACT + 1, 250_000})
    void theTokensOfARollingMinuteNeverExceedTheLimit(int limit) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Ledger ledger = ledger(Limits.NONE.withTokensPerMinute(limit));
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
                // Two sends at one time could not be told apart.
                long at = Math.max(seen, last + 1);
                last = at;
                ledger.take(at, tokens);
                int fate = random.nextInt(5);
                if (fate == 0) {
                    assertThat(ledger.refund(at, tokens)).isTrue();
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
    void settlingReplacesTheReservationByTheCount() {
        Ledger ledger = ledger(Limits.NONE.withTokensPerMinute(100));
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
    void aPromptThatMayExceedTheLimitNeedsTheWholeMinute() {
        Ledger ledger = ledger(Limits.NONE.withTokensPerMinute(100));
        assertThat(ledger.nextSlot(5, 300)).as("it may have only 100").isEqualTo(5);
        ledger.take(5, 1);
        assertThat(ledger.nextSlot(6, 300)).isEqualTo(5 + MINUTE + TOKEN_GUARD);
        assertThat(ledger.nextSlot(6, 304)).as("it has more").isEqualTo(PoolClock.NEVER);
    }
}
