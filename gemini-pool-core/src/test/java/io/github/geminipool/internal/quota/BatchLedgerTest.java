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

/** Batches, each text of which counts as one request. */
class BatchLedgerTest extends LedgerFixture {

    private static long size(int requests, long tokens) {
        return Demand.of(requests, tokens).size(tokens);
    }

    private static long size(int requests) {
        return size(requests, 0);
    }

    @Test
    void aSizeHoldsRequestsAndTokens() {
        for (int requests : new int[] {1, 2, 100, 100_000}) {
            for (long tokens : new long[] {0, 1, 1_000_000, Integer.MAX_VALUE}) {
                assertThat(Demand.requestsOf(size(requests, tokens))).isEqualTo(requests);
                assertThat(Demand.tokensOf(size(requests, tokens))).isEqualTo(tokens);
            }
        }
        assertThat(size(1, 77)).as("that of one request").isEqualTo(77);
        assertThat(Demand.NOTHING.size(5)).isNegative();
        assertThat(Demand.requestsOf(Demand.NO_SIZE)).isZero();
        assertThat(Demand.tokensOf(Demand.NO_SIZE)).isNegative();
    }

    @Test
    void aBatchTakesAllItsSlotsOrWaits() {
        Ledger ledger = perMinute(100);
        ledger.take(0, size(50));
        ledger.take(SECOND, size(40));
        assertThat(ledger.nextSlot(2 * SECOND, size(10))).isEqualTo(2 * SECOND);
        assertThat(ledger.nextSlot(2 * SECOND, size(11))).isEqualTo(MINUTE + GUARD);
        assertThat(ledger.nextSlot(2 * SECOND, size(61))).isEqualTo(SECOND + MINUTE + GUARD);
        assertThat(ledger.left(2 * SECOND)).isEqualTo(0.1, within(1e-9));
    }

    @Test
    void aBatchLargerThanALimitCanNeverBeSent() {
        assertThat(perMinute(100).nextSlot(0, size(100))).isZero();
        assertThat(perMinute(100).nextSlot(0, size(101))).isEqualTo(PoolClock.NEVER);
        Ledger perDay = perDay(30, START::plusNanos);
        assertThat(perDay.nextSlot(0, size(30))).isZero();
        assertThat(perDay.nextSlot(0, size(31))).isEqualTo(PoolClock.NEVER);
        assertThat(perDay.requestLimit()).isEqualTo(30);
        assertThat(ledger(Limits.NONE.withTokensPerMinute(5)).requestLimit()).isZero();
        assertThat(ledger(Limits.NONE.withTokensPerMinute(5)).nextSlot(0, size(1_000)))
                .isZero();
    }

    @Test
    void theDayCountsEachText() {
        Ledger ledger = perDay(100, START::plusNanos);
        ledger.take(0, size(60));
        assertThat(ledger.nextSlot(1, size(40))).isEqualTo(1);
        assertThat(ledger.nextSlot(1, size(41))).isGreaterThan(MINUTE);
        assertThat(ledger.refund(0, size(60))).isTrue();
        assertThat(ledger.nextSlot(1, size(100))).isEqualTo(1);
    }

    @Test
    void aBatchThatWasNotSentIsRefundedAsAWhole() {
        Ledger ledger = perMinute(100);
        ledger.take(0, size(1));
        ledger.take(0, size(99));
        assertThat(ledger.refund(0, size(99))).isTrue();
        assertThat(ledger.nextSlot(0, size(99))).isZero();
        assertThat(ledger.nextSlot(0, size(100))).isGreaterThan(0);
    }

    @Test
    void aBatchThatWasSentLaterCountsFromThen() {
        Ledger ledger = perMinute(100);
        ledger.take(0, size(100));
        ledger.postpone(0, 10 * SECOND, size(100));
        assertThat(ledger.nextSlot(11 * SECOND, size(1))).isEqualTo(70 * SECOND + GUARD);
    }

    @Test
    void batchesAreSpreadUnderLoad() {
        Ledger ledger = perMinute(100);
        burst(ledger, 0);
        long second = MINUTE + GUARD;
        ledger.take(second, size(50));
        assertThat(ledger.nextSlot(second, size(50))).isEqualTo(second + SECOND * 97 * 50 / 100 * 60 / 100);
    }

    @Test
    void aRefusedBatchWithinTheLimitTeachesTheLimit() {
        Ledger ledger = ledger(Limits.NONE);
        assertThat(ledger.refusedByMinute(100, size(50), 0, SECOND, 40 * SECOND))
                .isFalse();
        assertThat(ledger.requestLimit()).isEqualTo(100);
        assertThat(ledger.nextSlot(2 * SECOND, size(50))).isGreaterThan(20 * SECOND);
    }

    @Test
    void aRefusedBatchAboveTheLimitSaysNothingOfOthers() {
        Ledger ledger = ledger(Limits.NONE);
        ledger.refusedByMinute(30, size(50), 0, SECOND, 40 * SECOND);
        assertThat(ledger.nextSlot(2 * SECOND, size(30))).isEqualTo(2 * SECOND);
        assertThat(ledger.nextSlot(2 * SECOND, size(31))).isEqualTo(PoolClock.NEVER);
    }

    private record Sent(long at, int requests) {}

    @ParameterizedTest
    @ValueSource(ints = {2, 100, 3_000, RollingMinute.EXACT + 1, 20_000})
    void theLimitOfARollingMinuteIsNeverExceeded(int limit) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Ledger ledger = perMinute(limit);
            int largest = 1 + random.nextInt(Math.min(limit, 100));
            List<Sent> sent = new ArrayList<>();
            long now = 0;
            for (int step = 0; step < 2_000; step++) {
                int requests = 1 + random.nextInt(largest);
                long slot = ledger.nextSlot(now, size(requests));
                if (slot > now) {
                    now = slot;
                    continue;
                }
                ledger.take(now, size(requests));
                if (random.nextInt(5) == 0) {
                    assertThat(ledger.refund(now, size(requests))).isTrue();
                } else {
                    sent.add(new Sent(now, requests));
                }
                now += random.nextLong(2 * MINUTE * largest / limit);
            }
            assertNeverMoreThan(limit, sent, seed);
        }
    }

    private static void assertNeverMoreThan(int limit, List<Sent> sent, int seed) {
        long inside = 0;
        int first = 0;
        for (Sent last : sent) {
            inside += last.requests();
            while (sent.get(first).at() <= last.at() - MINUTE - GUARD) {
                inside -= sent.get(first).requests();
                first++;
            }
            assertThat(inside).as("seed %s, until %s", seed, last.at()).isLessThanOrEqualTo(limit);
        }
        assertThat(sent).hasSizeGreaterThan(100);
    }
}
