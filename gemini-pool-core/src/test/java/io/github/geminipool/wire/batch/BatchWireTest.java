package io.github.geminipool.wire.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import io.github.geminipool.BatchProgress;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches over real HTTP. */
@Tag("wire")
@Timeout(60)
class BatchWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final String SOMEBODY = PoolInvariants.secretOf("somebody");
    private static final int SIZE = 4;
    private final IllegalStateException ownFault = new IllegalStateException("own fault");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final AtomicInteger taken = new AtomicInteger();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER).key(SOMEBODY));
    }

    private GeminiPool pool() {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .settings(b.settings().withSize(SIZE).withModels(Map.of("small", new ModelSettings(1)))));
    }

    private static Stream<GenerationRequest> prompts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> GenerationRequest.of("Prompt " + i + ".").model("m"));
    }

    private Iterator<GenerationRequest> endless() {
        return endless("m");
    }

    /** The first prompt has its own model, because the order in which several reach the server is random. */
    private Iterator<GenerationRequest> endless(String modelOfFirst) {
        return Stream.generate(taken::getAndIncrement)
                .map(i -> GenerationRequest.of("Prompt " + i + ".").model(i == 0 ? modelOfFirst : "m"))
                .iterator();
    }

    @Test
    void resultsComeInTheOrderOfTheRequestsFailuresAmongThem() {
        simulator.fault(Fault.when().model("unknown").wire("404-model-not-found.json"));
        List<GenerationRequest> requests = new ArrayList<>(prompts(50).toList());
        requests.set(0, requests.get(0).model("unknown"));
        requests.set(20, requests.get(20).model("unknown"));
        List<GenerationResult> results = pool().generateAll(requests);
        assertThat(results).hasSize(50);
        for (int i = 0; i < 50; i++) {
            if (i % 20 == 0 && i < 40) {
                assertThat(invariants.saw(results.get(i)).failure()).isInstanceOf(ClientException.class);
            } else {
                assertThat(results.get(i).text()).contains("Prompt " + i + ".");
            }
        }
        assertThat(pool().generateAll(List.of())).isEmpty();
    }

    @Test
    void asManyRunAtOnceAsTheModelHasInstances() {
        // The simulator responds only while all instances are in use, so that the last requests would wait forever.
        simulator.fault(Fault.when().whenInFlight(SIZE));
        List<GenerationResult> results = pool().generateAll(prompts(40).toList(), progress -> {
            if (progress.done() >= 40 - SIZE) {
                simulator.clearFaults();
            }
        });
        assertThat(results).allMatch(GenerationResult::isSuccess);
        assertThat(simulator.peakInFlight()).isEqualTo(SIZE);
    }

    @Test
    void eachModelHasItsOwnLimit() throws InterruptedException {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = pool();
        List<GenerationRequest> requests = Stream.concat(
                        Stream.of(GenerationRequest.of("Hi").model("small")), prompts(20))
                .toList();
        Thread caller = new Thread(
                () -> assertThatThrownBy(() -> pool.generateAll(requests)).isInstanceOf(CancellationException.class));
        caller.start();
        awaitInFlight(1 + SIZE);
        caller.interrupt();
        caller.join(10_000);
        assertThat(caller.isAlive()).isFalse();
        assertThat(simulator.peakInFlight()).isEqualTo(1 + SIZE);
        awaitInFlight(0);
    }

    @Test
    void aModelWithOneInstanceServesOneRequestAtATime() {
        assertThat(pool().generateAll(
                                prompts(10).map(prompt -> prompt.model("small")).toList()))
                .allMatch(GenerationResult::isSuccess);
        assertThat(simulator.peakInFlight()).isEqualTo(1);
    }

    @Test
    void progressCountsDoneFailedAndRemainingRequestsAndAttemptsByKey() {
        simulator.keyState(OTHER, KeyState.INVALID);
        simulator.fault(Fault.when().model("unknown").wire("404-model-not-found.json"));
        List<GenerationRequest> requests = new ArrayList<>(prompts(30).toList());
        requests.set(7, requests.get(7).model("unknown"));
        List<BatchProgress> told = new CopyOnWriteArrayList<>();
        Thread caller = Thread.currentThread();
        pool().generateAll(requests, progress -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            told.add(progress);
        });
        assertThat(told).isNotEmpty().allMatch(progress -> progress.total() == 30);
        assertThat(told).extracting(BatchProgress::done).doesNotHaveDuplicates().isSorted();
        BatchProgress last = told.get(told.size() - 1);
        assertThat(last.done()).isEqualTo(30);
        assertThat(last.failed()).isEqualTo(1);
        assertThat(last.elapsed()).isPositive();
        assertThat(last.rate()).isPositive();
        assertThat(last.remaining()).isZero();
        long rejected = simulator.requestsByKey().getOrDefault(OTHER, 0L);
        assertThat(rejected).isPositive();
        assertThat(last.keys())
                .containsEntry("Key #1", new BatchProgress.KeyFigures(30, 1))
                .containsEntry("Key #2", new BatchProgress.KeyFigures(rejected, rejected));
    }

    @Test
    void nothingIsTakenAheadOfASlowConsumer() {
        GenerationBatch batch = pool().generateAll(endless());
        AtomicInteger delivered = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        batch.forEach(result -> {
            int ahead = taken.get() - delivered.getAndIncrement();
            most.accumulateAndGet(ahead, Math::max);
            if (delivered.get() == 1) {
                Eventually.await("all that were begun are done", () -> simulator.inFlight() == 0);
            }
            if (delivered.get() == 200) {
                batch.stop();
            }
        });
        // The waiting, the running, and the one that was read ahead.
        assertThat(most.get()).isBetween(1, 4 * SIZE + 1);
        assertThat(delivered.get()).isBetween(200, 200 + 4 * SIZE);
    }

    @Test
    void nothingIsTakenWithoutEndWhileTheFirstIsSlow() throws Exception {
        simulator.fault(Fault.when().model("slow").hang());
        GeminiPool pool = pool();
        GenerationBatch batch = pool.generateAll(endless("slow"));
        List<GenerationResult> results = new CopyOnWriteArrayList<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> thrown.set(catchThrowable(() -> batch.forEach(results::add))));
        thread.start();
        Eventually.await(
                "others go on until enough results wait", () -> batch.progress().done() == 4 * SIZE - 1);
        Eventually.await("only the first one is left", () -> simulator.inFlight() == 1);
        assertThat(taken.get()).isBetween(4 * SIZE, 4 * SIZE + 1);
        assertThat(results).isEmpty();
        assertThat(batch.progress().total()).isEqualTo(-1);
        assertThat(batch.progress().remaining()).isNull();

        thread.interrupt();
        thread.join(10_000);
        assertThat(thrown.get()).isInstanceOf(CancellationException.class).hasMessageContaining("interrupted");
        Eventually.await("the first one is cancelled", () -> simulator.inFlight() == 0);
    }

    @Test
    void stoppingDeliversTheStartedRequests() throws Exception {
        simulator.fault(Fault.when().first(SIZE).whenInFlight(SIZE + 1));
        GenerationBatch batch = pool().generateAll(endless()).total(1_000);
        List<String> texts = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> run =
                CompletableFuture.runAsync(() -> batch.forEach(result -> texts.add(String.valueOf(result.text()))));
        Eventually.await("all instances are in use", () -> simulator.inFlight() == SIZE);
        batch.stop();
        // Another request releases them.
        invariants.pool(simulator, b -> b.key(SOMEBODY)).generateContent("Go");
        run.get(10, TimeUnit.SECONDS);
        assertThat(texts).hasSize(SIZE);
        for (int i = 0; i < SIZE; i++) {
            assertThat(texts.get(i)).contains("Prompt " + i + ".");
        }
        assertThat(batch.progress().done()).isEqualTo(SIZE);
        assertThat(batch.progress().estimate()).as("nothing more begins").isEqualTo(Duration.ZERO);
    }

    @Test
    void anExceptionOfTheConsumerEndsItAndCancelsRunningCalls() {
        simulator.fault(Fault.when().model("m").hang());
        // The consumer blocks the batch: it gets its first result when the others have started.
        simulator.fault(Fault.when().model("quick").whenInFlight(1 + SIZE));
        GeminiPool pool = pool();
        assertThatThrownBy(() -> pool.generateAll(endless("quick")).forEach(result -> {
                    awaitInFlight(SIZE);
                    throw ownFault;
                }))
                .isSameAs(ownFault);
        awaitInFlight(0);
    }

    @Test
    void anExceptionOfTheIteratorEndsItAndCancelsRunningCalls() {
        simulator.fault(Fault.when().hang());
        GeminiPool pool = pool();
        Stream<GenerationRequest> failing = Stream.generate(() -> {
            awaitInFlight(3);
            throw ownFault;
        });
        GenerationBatch batch =
                pool.generateAll(Stream.concat(prompts(3), failing).iterator());
        assertThatThrownBy(() -> batch.forEach(result -> {})).isSameAs(ownFault);
        awaitInFlight(0);
    }

    @Test
    void anExceptionOfTheListenerEndsItAndCancelsRunningCalls() {
        simulator.fault(Fault.when().model("m").hang());
        simulator.fault(Fault.when().model("quick").whenInFlight(3));
        GeminiPool pool = pool();
        List<GenerationRequest> requests = Stream.concat(
                        Stream.of(GenerationRequest.of("Hi").model("quick")), prompts(2))
                .toList();
        assertThatThrownBy(() -> pool.generateAll(requests, progress -> {
                    awaitInFlight(2);
                    throw ownFault;
                }))
                .isSameAs(ownFault);
        awaitInFlight(0);
    }

    private void awaitInFlight(int requests) {
        Eventually.await(requests + " in flight", () -> simulator.inFlight() == requests);
    }

    @Test
    void aClosedPoolEndsIt() {
        GeminiPool pool = pool();
        AtomicInteger delivered = new AtomicInteger();
        assertThatThrownBy(() -> pool.generateAll(endless()).forEach(result -> {
                    assertThat(result.isSuccess()).isTrue();
                    if (delivered.incrementAndGet() == 10) {
                        pool.close();
                    }
                }))
                .isInstanceOf(PoolClosedException.class);
        assertThat(delivered.get()).isGreaterThanOrEqualTo(10);
    }

    @Test
    void itRunsOnce() {
        GenerationBatch batch = pool().generateAll(prompts(2).iterator());
        batch.forEach(result -> {});
        assertThatThrownBy(() -> batch.forEach(result -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs once");
        assertThat(batch.progress().done()).isEqualTo(2);
    }
}
