package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
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

/**
 * Many calls at once. The properties {@code calls.in-flight} and {@code calls.waiting} say how many; the profile
 * {@code soak} has 1,000 in flight and 10,000 waiting.
 */
@Tag("alone")
@Tag("volume")
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(120)
class ConcurrencyWireTest {

    private static final int IN_FLIGHT = Integer.getInteger("calls.in-flight", 250);
    private static final int CALLS = Integer.getInteger("calls.waiting", 2_000);
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final String THIRD = PoolInvariants.secretOf("three");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    /** The test would hang if OkHttp's dispatcher applied its limits of 64 calls, five of them per host. */
    @ParameterizedTest
    @Tag("once") // AttemptWireTest has 30 calls in flight on each OkHttp.
    @ValueSource(booleans = {true, false})
    void manyAsynchronousCallsAreInFlightTogether(boolean facade) throws Exception {
        int calls = IN_FLIGHT;
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
        assertThat(simulator.requestsByKey()).containsEntry(KEY, calls / 2L).containsEntry(OTHER, calls / 2L);
    }

    @Test
    void atMostSizeCallsAreInFlightAndEveryCallEnds() throws Exception {
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

    /** No waiting call holds a thread, and each ends when it is cancelled or when its own timeout is over. */
    @Test
    @Tag("once")
    void manyCallsWaitWithoutAThreadAndEndAtOnce() throws Exception {
        int size = 4;
        int calls = CALLS;
        ManualTime time = new ManualTime();
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .settings(b.settings().withSize(size).withAcquireTimeout(Duration.ofSeconds(30))));
        // Threads that are started once are running before threads are counted.
        pool.generateContentAsync(GenerationRequest.of("Hi").model("m").deadline(Duration.ofDays(1)))
                .get(10, TimeUnit.SECONDS);
        pool.client().async.models.generateContent("m", "Hi", null).get(10, TimeUnit.SECONDS);
        simulator.fault(Fault.when().hang());
        int before = Thread.getAllStackTraces().size();

        GenerationRequest request = GenerationRequest.of("Hi").model("m");
        GenerationRequest impatient = request.acquireTimeout(Duration.ofSeconds(10));
        GenerationRequest urgent = request.deadline(Duration.ofSeconds(20));
        List<CompletableFuture<?>> running = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            running.add(pool.generateContentAsync(request));
        }
        List<CompletableFuture<?>> cancelled = new ArrayList<>();
        List<CompletableFuture<?>> impatients = new ArrayList<>();
        List<CompletableFuture<?>> urgents = new ArrayList<>();
        List<CompletableFuture<?>> plain = new ArrayList<>();
        for (int i = size; i < calls; i += 4) {
            cancelled.add(pool.generateContentAsync(request));
            impatients.add(pool.generateContentAsync(impatient));
            urgents.add(pool.generateContentAsync(urgent));
            plain.add(pool.client().async.models.generateContent("m", "Hi", null));
        }
        Eventually.await("all instances are in use", () -> simulator.inFlight() == size);
        assertThat(pool.stats().waiting()).isEqualTo(calls - size);
        assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(before + size + 20);

        cancelled.forEach(answer -> answer.cancel(true));
        assertThat(pool.stats().waiting()).isEqualTo(3 * plain.size());
        time.advance(Duration.ofSeconds(10));
        assertAllFail(impatients, PoolExhaustedException.class);
        assertThat(pool.stats().waiting()).isEqualTo(2 * plain.size());
        time.advance(Duration.ofSeconds(10));
        assertAllFail(urgents, PoolExhaustedException.class);
        assertThat(pool.stats().waiting()).isEqualTo(plain.size());
        time.advance(Duration.ofSeconds(10));
        assertAllFail(plain, ClientException.class);
        running.forEach(answer -> answer.cancel(true));
        Eventually.await(
                "nothing is left",
                () -> PoolProbe.activeCalls(pool) == 0 && pool.stats().active() == 0 && simulator.inFlight() == 0);
        assertThat(PoolProbe.pendingTasks(pool)).isZero();
        assertThat(simulator.requestCount()).isEqualTo(2 + size);
    }

    private static void assertAllFail(List<CompletableFuture<?>> answers, Class<? extends Throwable> with)
            throws Exception {
        var all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
        assertThat(catchThrowable(() -> all.get(20, TimeUnit.SECONDS))).hasRootCauseInstanceOf(with);
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    }
}
