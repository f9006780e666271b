package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.EmbedContentConfig;
import com.google.genai.types.EmbedContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches of 50 texts, of which each project may send 100 a minute: what the pool does once it knows that limit. */
@Tag("wire")
@Tag("sdk2")
@Timeout(60)
class BatchQuotaWireTest {

    private static final String MODEL = "gemini-embedding-001";
    private static final int BATCHES = 20;

    private static final Duration STEP = Duration.ofSeconds(1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    private GeminiSimulator simulator() {
        return invariants.simulator(b -> b.clock(time::now)
                .quota(Quota.requestsPerMinute(100))
                .key(PoolInvariants.secretOf("one"), key -> key.project("a"))
                .key(PoolInvariants.secretOf("two"), key -> key.project("b")));
    }

    private GeminiPool pool(GeminiSimulator simulator) {
        return invariants.pool(
                simulator,
                b -> b.timeSource(time)
                        .key(ApiKey.of(PoolInvariants.secretOf("one"))
                                .named("one")
                                .inProject("a"))
                        .key(ApiKey.of(PoolInvariants.secretOf("two"))
                                .named("two")
                                .inProject("b"))
                        .settings(b.settings().withAcquireTimeout(Duration.ofHours(1))));
    }

    private static CompletableFuture<EmbedContentResponse> embed(GeminiPool pool) {
        List<String> texts = IntStream.range(0, 50).mapToObj(i -> "text " + i).toList();
        return pool.client()
                .async
                .models
                .embedContent(MODEL, texts, EmbedContentConfig.builder().build());
    }

    @Test
    void noBatchIsRefusedOnceTheLimitIsKnown() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = pool(simulator);
        List<CompletableFuture<EmbedContentResponse>> answers = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            answers.add(embed(pool));
        }
        Eventually.await("nothing is in flight", () -> pool.stats().active() == 0);
        while (answers.stream().anyMatch(answer -> !answer.isDone())) {
            // In small steps: a call between two attempts may not yet wait for its slot.
            Duration next = time.awaitQuiet();
            time.advance(next.compareTo(STEP) < 0 ? next : STEP);
            time.awaitQuiet();
            Eventually.await("nothing is in flight", () -> pool.stats().active() == 0);
        }
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.join().embeddings().orElseThrow()).hasSize(50));

        List<RequestRecord> requests = simulator.requests();
        assertThat(requests).filteredOn(request -> request.status() == 200).hasSize(BATCHES);
        // All are sent at once at first; each project teaches its limit by the refusals of that burst.
        long burstEnds = requests.stream()
                .filter(request -> request.status() == 429)
                .mapToLong(request -> request.time().toEpochMilli())
                .max()
                .orElseThrow();
        assertThat(burstEnds).isEqualTo(requests.get(0).time().toEpochMilli());
        long last = requests.get(requests.size() - 1).time().toEpochMilli();
        assertThat(last - burstEnds)
                .as("20 batches of 50 at 200 a minute")
                .isBetween(
                        Duration.ofMinutes(4).toMillis(), Duration.ofMinutes(5).toMillis());
    }
}
