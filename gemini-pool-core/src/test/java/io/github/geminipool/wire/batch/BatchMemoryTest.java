package io.github.geminipool.wire.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.BatchProgress;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SmallHeapJvm;
import java.net.URI;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The memory of a batch does not grow with its length: it runs in a JVM with a heap of 24 MB, against a simulator in this
 * one. Prompts and responses are large enough that keeping all of either would not fit. The property {@code batch.prompts}
 * says how many prompts; the profile {@code soak} sends 100,000.
 */
@Tag("alone")
@Tag("volume")
class BatchMemoryTest {

    private static final long PROMPTS = Long.getLong("batch.prompts", 2_000);
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final String REVOKED = PoolInvariants.secretOf("revoked");

    @Test
    @Timeout(600)
    void aLongBatchFitsIntoASmallHeap() throws Exception {
        try (GeminiSimulator simulator = GeminiSimulator.builder()
                .key(KEY)
                .key(OTHER)
                .key(REVOKED, key -> key.state(KeyState.INVALID))
                .start()) {
            String output = SmallHeapJvm.ofMebibytes(24).run(Batch.class, simulator.baseUrl(), String.valueOf(PROMPTS));
            assertThat(output)
                    .endsWith("delivered " + PROMPTS + " in order, done " + PROMPTS + ", failed 0"
                            + System.lineSeparator());
            assertThat(simulator.requestsByKey().get(KEY)).isPositive();
            assertThat(simulator.requestsByKey().get(OTHER)).isPositive();
        }
    }

    /** The main class of the JVM with the small heap. */
    static final class Batch {

        private static final String PADDING = "x".repeat(10_000);

        private Batch() {}

        /** Sends prompts; the first argument is the base URL, the second the number of prompts. */
        public static void main(String[] args) {
            long prompts = Long.parseLong(args[1]);
            long[] delivered = {0};
            try (GeminiPool pool = GeminiPool.builder()
                    .keys(List.of(KEY, OTHER, REVOKED).stream().map(ApiKey::of).toList())
                    .settings(GeminiPoolSettings.DEFAULTS.withSize(32).withBaseUrl(URI.create(args[0])))
                    .build()) {
                GenerationBatch batch = pool.generateAll(LongStream.range(0, prompts)
                                .mapToObj(i -> GenerationRequest.of(prompt(i)))
                                .iterator())
                        .total(prompts);
                batch.forEach(result -> {
                    String text = result.text();
                    if (text == null || !text.contains(prompt(delivered[0]))) {
                        throw new IllegalStateException("Not the response to prompt " + delivered[0] + ": " + text);
                    }
                    delivered[0]++;
                });
                BatchProgress end = batch.progress();
                System.out.println("keys " + end.keys() + ", " + Math.round(end.rate()) + " per second");
                System.out.println(
                        "delivered " + delivered[0] + " in order, done " + end.done() + ", failed " + end.failed());
            }
        }

        private static String prompt(long i) {
            return "Prompt " + i + "." + PADDING;
        }
    }
}
