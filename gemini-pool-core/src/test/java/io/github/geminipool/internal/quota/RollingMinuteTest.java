package io.github.geminipool.internal.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** The memory that large limits take. */
class RollingMinuteTest extends LedgerFixture {

    @Test
    void manySmallSettledPromptsTakeLittleMemoryAndUseTheLimit() {
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
    void aLargeLimitTakesLittleMemoryAndIsFullyUsed() {
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
}
