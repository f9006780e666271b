package io.github.geminipool.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import com.sun.management.ThreadMXBean;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pool's machine-independent costs: allocated bytes, and the number of keys examined. */
class CostTest {

    private static final SelectionStrategy ADAPTIVE = SelectionStrategy.of(Selection.ADAPTIVE);

    private static long bytesOf(int warmUp, int times, Runnable operation) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < warmUp; i++) {
            operation.run();
        }
        long self = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(self);
        for (int i = 0; i < times; i++) {
            operation.run();
        }
        return (threads.getThreadAllocatedBytes(self) - before) / times;
    }

    @ParameterizedTest
    @CsvSource({
        "10, false, false, 256",
        "10, true, false, 256",
        "10, false, true, 256",
        "10000, false, false, 384",
        "10000, true, false, 384",
        "10000, false, true, 384"
    })
    void acquireAndCompleteAllocatesLittle(int keys, boolean halfCoolingDown, boolean quotas, long atMost) {
        KeyPool pool = new KeyPool(keys, halfCoolingDown, quotas, ADAPTIVE);

        long bytes = bytesOf(30_000, 50_000, pool::acquireAndComplete);

        assertThat(bytes).isPositive().isLessThanOrEqualTo(atMost);
    }

    @ParameterizedTest
    @CsvSource({"10, false", "10, true", "100, true", "10000, false", "10000, true"})
    void noMoreThanSixteenKeysAreScored(int keys, boolean halfCoolingDown) {
        AtomicLong scored = new AtomicLong();
        KeyPool pool = new KeyPool(keys, halfCoolingDown, false, candidate -> {
            scored.incrementAndGet();
            return ADAPTIVE.score(candidate);
        });

        for (int i = 0; i < 1_000; i++) {
            scored.set(0);
            pool.acquireAndComplete();
            assertThat(scored.get()).isBetween(1L, 16L);
        }
    }

    @Test
    void aWholeCallAllocatesLittleMoreThanTheSdkAlone() {
        try (CannedClients clients = new CannedClients()) {
            long bare = Long.MAX_VALUE;
            long pooled = Long.MAX_VALUE;
            // Long enough for the compiler to be done: until then a call allocates some hundred bytes more.
            for (int round = 0; round < 60; round++) {
                bare = Math.min(bare, bytesOf(0, 1_000, () -> call(clients.bare)));
                pooled = Math.min(pooled, bytesOf(0, 1_000, () -> call(clients.pooled)));
            }

            assertThat(pooled - bare).isPositive().isLessThanOrEqualTo(2_816);
        }
    }

    private static void call(Client client) {
        client.models.generateContent("gemini-flash-latest", "Why is the sky blue?", null);
    }
}
