package io.github.geminipool.wire.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.InstanceStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.ProjectUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Building, inspecting, resetting and closing a pool. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class LifecycleWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final String THIRD = PoolInvariants.secretOf("three");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator() {
        return invariants.simulator(b -> b.key(KEY).key(OTHER).key(THIRD));
    }

    @Test
    void instancesAreBoundInTurnAndModelsHavePoolsOfTheirOwn() {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .key(THIRD)
                        .settings(b.settings().withSize(5).withModels(Map.of("small", new ModelSettings(2)))));
        assertThat(pool.stats().models()).isEmpty();
        pool.generateContent(GenerationRequest.of("Hi").model("big"));
        pool.generateContent(GenerationRequest.of("Hi").model("small"));
        ModelStats big = pool.stats().model("big").orElseThrow();
        assertThat(big.size()).isEqualTo(5);
        assertThat(big.instances())
                .extracting(InstanceStats::key)
                .containsExactly("Key #1", "Key #2", "Key #3", "Key #1", "Key #2");
        assertThat(pool.stats().model("small").orElseThrow().size()).isEqualTo(2);
    }

    @Test
    void statisticsCountCallsAttemptsAndTokens() {
        GeminiSimulator simulator = simulator();
        simulator.keyState(OTHER, KeyState.INVALID);
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(KEY).named("main").inProject("p1"))
                        .key(OTHER)
                        .key(ApiKey.of(THIRD).disabled()));
        for (int i = 0; i < 4; i++) {
            GenerationResult result = pool.tryGenerateContent(GenerationRequest.of("Hi"));
            assertThat(result.isSuccess()).isTrue();
            assertThat(result.keyName()).isEqualTo("main");
            assertThat(result.attempts()).hasSize(i == 1 ? 2 : 1);
            assertThat(result.instanceIndex()).isNotNegative();
            assertThat(result.elapsed()).isPositive();
        }
        ModelStats model = pool.stats().model("gemini-flash-latest").orElseThrow();
        assertThat(pool.stats().calls()).isEqualTo(4);
        AttemptStats all = pool.stats().attempts();
        assertThat(all.total()).isEqualTo(5);
        assertThat(all.failures()).isEqualTo(Map.of(FailureKind.KEY_REJECTED, 1L));
        assertThat(all.tokens().input()).isEqualTo(4);
        assertThat(all.tokens().output()).isPositive();
        assertThat(all.latency().p50())
                .isPositive()
                .isLessThanOrEqualTo(all.latency().p99());
        assertThat(all.latency().p99()).isLessThanOrEqualTo(all.latency().max());
        assertThat(model.attempts()).isEqualTo(all);
        assertThat(model.usage()).isEqualTo(5);
        assertThat(pool.stats("gemini-flash-latest")).contains(model);
        assertThat(pool.stats("never-called")).isEmpty();
        assertThat(model.keyUsage()).isEqualTo(Map.of("main", 4L, "Key #2", 1L));
        assertThat(model.instances().stream().mapToLong(InstanceStats::usage).sum())
                .isEqualTo(5);
        assertThat(model.errorInstances()).isEqualTo(6);
        List<KeyUsage> keys = pool.keyStats().keys();
        assertThat(keys).extracting(KeyUsage::key).containsExactly("main", "Key #2", "Key #3");
        assertThat(keys).extracting(KeyUsage::project).containsExactly("p1", "Key #2", "Key #3");
        assertThat(keys).extracting(KeyUsage::usable).containsExactly(true, false, false);
        assertThat(keys.get(0).attempts().latency().mean()).isPositive();
        assertThat(keys.get(1).attempts().failures()).isEqualTo(Map.of(FailureKind.KEY_REJECTED, 1L));
        assertThat(keys.get(1).errorRate()).isEqualTo(1.0);
        assertThat(keys.get(1).excludedUntil()).isNotNull();
        assertThat(keys).extracting(KeyUsage::share).containsExactly(0.8, 0.2, 0.0);
        assertThat(keys.get(0).attempts().tokens()).isEqualTo(all.tokens());
        assertThat(keys.get(1).attempts().tokens()).isEqualTo(TokenUsage.NONE);
        assertThat(keys.get(1).attempts().errorRate()).isEqualTo(1.0);
        assertThat(keys.get(1).reason()).contains("API key not valid");
        assertThat(keys.get(1).since()).isAfter(keys.get(0).since());
        assertThat(pool.keyStats().projects())
                .extracting(ProjectUsage::project, ProjectUsage::keys, ProjectUsage::usable, ProjectUsage::share)
                .containsExactly(
                        tuple("p1", List.of("main"), true, 0.8),
                        tuple("Key #2", List.of("Key #2"), false, 0.2),
                        tuple("Key #3", List.of("Key #3"), false, 0.0));
        assertThat(keys.get(2).reason()).isEqualTo("disabled by configuration");
        assertThat(keys.get(2).excludedUntil()).isNull();
        assertThat(pool.keyStats().usage()).isEqualTo(5);
        assertThat(pool.keyStats().failed()).isEqualTo(1);

        pool.resetStats();
        assertThat(pool.stats().calls()).isZero();
        assertThat(pool.keyStats().usage()).isZero();
        // The health of keys is kept.
        assertThat(pool.keyStats().usable()).isEqualTo(1);
    }

    @Test
    void keysOfOneProjectShareItsQuota() {
        GeminiSimulator simulator = invariants.simulator(b ->
                b.key(KEY, k -> k.project("p")).key(OTHER, k -> k.project("p")).key(THIRD, k -> k.project("q")));
        simulator.fault(Fault.when().key(KEY).first(1).wire("429-free-tpm.json"));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(KEY).inProject("p"))
                        .key(ApiKey.of(OTHER).inProject("p"))
                        .key(ApiKey.of(THIRD).inProject("q")));
        pool.generateContent("Hi");
        pool.generateContent("Hi");
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, THIRD, THIRD);
    }

    @Test
    void aHigherTierIsUsedOnlyWhileNoLowerOneIsUsable() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().key(KEY).model("m").first(1).wire("429-free-tpm.json"));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(OTHER).inProject("paid"))
                        .key(ApiKey.of(KEY).inProject("free"))
                        .project(new Project("paid", "account", 1, 1)));
        for (int i = 0; i < 2; i++) {
            pool.generateContent(GenerationRequest.of("Hi").model("m"));
        }
        pool.generateContent(GenerationRequest.of("Hi").model("n"));
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER, OTHER, KEY);
    }

    @Test
    void aResetMakesKeysUsableAgain() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().key(KEY).first(1).wire("429-free-tpm.json"));
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY).key(OTHER));
        assertThat(pool.reset("m")).isFalse();
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
        assertThat(pool.stats().model("m").orElseThrow().errorInstances()).isEqualTo(5);
        assertThat(pool.reset("m")).isTrue();
        assertThat(pool.stats().model("m").orElseThrow().errorInstances()).isZero();
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
        simulator.keyState(KEY, KeyState.INVALID);
        pool.resetStats();
        for (int i = 0; i < 2; i++) {
            pool.generateContent(GenerationRequest.of("Hi").model("m"));
        }
        assertThat(pool.keyStats().usable()).isEqualTo(1);
        pool.reset();
        assertThat(pool.keyStats().usable()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aClosedPoolSaysSo(Form form) {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        form.ask(pool, "m", "Hi");
        pool.close();
        pool.close();
        Throwable e = invariants.saw(catchThrowable(() -> form.ask(pool, "m", "Hi")));
        if (form.name().startsWith("FACADE")) {
            Throwable cause = form.isAsync() && !form.name().contains("TRY") ? e.getCause() : e;
            assertThat(cause).isInstanceOf(PoolClosedException.class);
        } else {
            assertThat(e).hasRootCauseInstanceOf(PoolClosedException.class);
        }
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void closingLetsRunningCallsEndAndRefusesWaitingOnes() throws Exception {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().first(1).whenInFlight(2));
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(KEY).settings(b.settings().withSize(1)));
        CompletableFuture<GenerateContentResponse> running = pool.generateContentAsync("Runs");
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        CompletableFuture<GenerateContentResponse> waiting = pool.generateContentAsync("Waits");
        // Not on the common pool: the SDK parses responses there, and on two cores it has one thread.
        Thread closing = new Thread(pool::close);
        closing.start();
        ExecutionException refused =
                catchThrowableOfType(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
        assertThat(refused).hasCauseInstanceOf(PoolClosedException.class);
        assertThat(closing.isAlive()).isTrue();
        GeminiPool second = invariants.pool(simulator, b -> b.key(OTHER));
        second.generateContent("Go");
        assertThat(running.get(10, TimeUnit.SECONDS).text()).contains("Runs");
        closing.join(10_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void closingCancelsCallsThatDoNotEndInTime() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().hang());
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        CompletableFuture<GenerateContentResponse> running = pool.generateContentAsync("Runs");
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        pool.close(Duration.ofMillis(50));
        assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(invariants.logged()).anyMatch(line -> line.contains("cancels 1 calls"));
    }

    @Test
    void abandonedPoolsStartNoThreads() {
        GeminiSimulator simulator = simulator();
        List<GeminiPool> pools = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pools.add(invariants.pool(simulator, b -> b.key(KEY)));
        }
        assertThat(pools).hasSize(10);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("gemini-pool-"));
    }

    @Test
    void badKeysAreRefusedInWordsWithoutASecret() {
        assertThatThrownBy(() -> GeminiPool.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one API key");
        assertThatThrownBy(() -> GeminiPool.builder().key(KEY).key(KEY).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'Key #1' and 'Key #2' are the same API key; list it once");
        assertThatThrownBy(() -> GeminiPool.builder()
                        .key(ApiKey.of(KEY).named("a"))
                        .key(ApiKey.of(OTHER).named("a"))
                        .build())
                .hasMessageContaining("'a'");
        for (String broken : List.of(KEY + "\n" + KEY, "\uFEFF" + KEY, KEY + "\u00A0", "  ")) {
            Throwable e = catchThrowable(() -> GeminiPool.builder().key(broken));
            assertThat(invariants.saw(e)).isInstanceOf(IllegalArgumentException.class);
            assertThat(String.valueOf(e.getMessage())).doesNotContain(KEY.substring(0, 12));
        }
    }
}
