package io.github.geminipool;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many calls at once. */
@Tag("wire")
@Timeout(120)
class ConcurrencyWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final String THIRD = PoolInvariants.secretOf("three");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    /** The dispatcher's five calls a host, or any other hidden limit, would let it hang. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThousandAsynchronousCallsAreInFlightTogether(boolean facade) throws Exception {
        int calls = 1_000;
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        simulator.fault(Fault.when().whenInFlight(calls));
        GeminiPool pool = invariants.pool(
                simulator, b -> b.key(KEY).key(OTHER).settings(b.settings().withSize(calls)));
        List<CompletableFuture<GenerateContentResponse>> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(
                    facade
                            ? pool.generateContentAsync(
                                    GenerationRequest.of("Prompt " + i).model("m"))
                            : pool.client().async.models.generateContent("m", "Prompt " + i, null));
        }
        for (int i = 0; i < calls; i++) {
            assertThat(answers.get(i).get(60, TimeUnit.SECONDS).text()).contains("Prompt " + i);
        }
        assertThat(simulator.peakInFlight()).isEqualTo(calls);
        assertThat(simulator.requestsByKey()).containsEntry(KEY, 500L).containsEntry(OTHER, 500L);
    }

    @Test
    void noMoreThanSizeAreInFlightAndNobodyIsForgotten() throws Exception {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        GeminiPool pool = invariants.pool(
                simulator, b -> b.key(KEY).key(OTHER).settings(b.settings().withSize(4)));
        List<Form> forms = List.of(Form.values());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<?>> all = new ArrayList<>();
            IntStream.range(0, 8)
                    .forEach(t -> all.add(CompletableFuture.runAsync(
                            () -> IntStream.range(0, 50)
                                    .forEach(i ->
                                            forms.get((t + i) % forms.size()).ask(pool, "m", "Hi")),
                            threads)));
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdown();
        }
        assertThat(simulator.peakInFlight()).isBetween(2, 4);
        assertThat(simulator.requestCount()).isEqualTo(400);
        assertThat(pool.stats().calls()).isEqualTo(400);
        assertThat(pool.stats().failedCalls()).isZero();
    }

    @Test
    void noCallFailsForAnotherKeysFaultUnderLoad() throws Exception {
        GeminiSimulator simulator =
                invariants.simulator(b -> b.key(KEY).key(OTHER).key(THIRD).seed(7));
        simulator.fault(Fault.when().key(KEY).probability(0.3).wire("429-free-tpm.json"));
        simulator.fault(Fault.when().key(OTHER).probability(0.3).wire("400-api-key-invalid.json"));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY).key(OTHER).key(THIRD).settings(b.settings().withSize(16)));
        List<CompletableFuture<GenerationResult>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(pool.tryGenerateContentAsync(GenerationRequest.of("Prompt " + i)));
        }
        for (CompletableFuture<GenerationResult> answer : answers) {
            GenerationResult result = answer.get(60, TimeUnit.SECONDS);
            assertThat(result.failure()).isNull();
            assertThat(result.keyName()).isNotNull();
        }
    }

    /** 300 callers wait for 2 instances: none of them holds a thread. */
    @Test
    void asynchronousCallsWaitWithoutAThread() throws Exception {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        simulator.fault(Fault.when().first(2).whenInFlight(3));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY).settings(b.settings().withSize(2).withAcquireTimeout(Duration.ofMinutes(5))));
        List<CompletableFuture<GenerateContentResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(pool.generateContentAsync(GenerationRequest.of("Hi").model("m")));
        }
        Eventually.await("two are in flight", () -> simulator.inFlight() == 2);
        assertThat(pool.stats().waiting()).isEqualTo(298);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("gemini-pool-call"))
                .hasSizeLessThanOrEqualTo(4);
        pool.generateContent(GenerationRequest.of("Go").model("another"));
        for (CompletableFuture<GenerateContentResponse> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS).text()).contains("Hi");
        }
    }
}
