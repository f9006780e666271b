package io.github.geminipool.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Observations of calls and attempts. */
@Timeout(60)
class GeminiPoolObservationTests {

    @RegisterExtension
    final GeminiSimulatorExtension simulator =
            GeminiSimulatorExtension.with(b -> b.key("first-key-1").key("second-key-2"));

    private final TestObservationRegistry registry = TestObservationRegistry.create();

    /** Contexts, in the order in which they stopped. */
    private final Queue<Observation.Context> stopped = new ConcurrentLinkedQueue<>();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    GeminiPoolAutoConfiguration.class, GeminiPoolObservationAutoConfiguration.class))
            .withPropertyValues(
                    "gemini.pool.keys[0].name=a",
                    "gemini.pool.keys[0].value=first-key-1",
                    "gemini.pool.keys[0].project=p1",
                    "gemini.pool.keys[1].name=b",
                    "gemini.pool.keys[1].value=second-key-2",
                    "gemini.pool.selection=round-robin",
                    "gemini.pool.retry.initial-delay=1ms");

    @FunctionalInterface
    private interface Use {
        void of(GeminiPool pool);
    }

    private void running(Use use) {
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStop(Observation.Context context) {
                stopped.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        runner.withPropertyValues("gemini.pool.base-url=" + simulator.baseUrl())
                .withBean(ObservationRegistry.class, () -> registry)
                .run(context -> use.of(context.getBean(GeminiPool.class)));
    }

    private List<Observation.Context> named(PoolObservation observation) {
        return stopped.stream()
                .filter(context -> observation.getName().equals(context.getName()))
                .toList();
    }

    private static Map<String, String> values(Observation.Context context) {
        return KeyValues.of(context.getAllKeyValues()).stream()
                .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }

    private static Observation.ContextView parentOf(Observation.Context context) {
        return Objects.requireNonNull(context.getParentObservation()).getContextView();
    }

    @Test
    void callHasAChildForEachAttempt() {
        running(pool -> {
            simulator.simulator().keyState("first-key-1", KeyState.INVALID);
            Observation caller = Observation.start("caller", registry);
            caller.scoped(() -> pool.generateContent(GenerationRequest.of("Hi").model("m")));
            caller.stop();

            TestObservationRegistryAssert.assertThat(registry)
                    .hasNumberOfObservationsWithNameEqualTo("gemini.pool.call", 1)
                    .hasNumberOfObservationsWithNameEqualTo("gemini.pool.attempt", 2)
                    .doesNotHaveAnyRemainingCurrentObservation();
            Observation.Context call = named(PoolObservation.CALL).get(0);
            assertThat(call.getContextualName()).isEqualTo("generate_content m");
            assertThat(parentOf(call).getName()).isEqualTo("caller");
            assertThat(call.getError()).isNull();
            assertThat(values(call))
                    .containsEntry("gen_ai.provider.name", "gcp.gemini")
                    .containsEntry("gen_ai.operation.name", "generate_content")
                    .containsEntry("gen_ai.request.model", "m")
                    .containsEntry("gen_ai.response.finish_reasons", "STOP")
                    .containsEntry("gemini.pool.attempts", "2")
                    .containsEntry("error.type", "none")
                    .containsKeys(
                            "gen_ai.response.model",
                            "gen_ai.response.id",
                            "gen_ai.usage.input_tokens",
                            "gen_ai.usage.output_tokens");
            List<Observation.Context> attempts = named(PoolObservation.ATTEMPT);
            assertThat(attempts)
                    .allSatisfy(attempt -> assertThat(parentOf(attempt)).isSameAs(call));
            assertThat(values(attempts.get(0)))
                    .containsEntry("gemini.pool.key", "a")
                    .containsEntry("gemini.pool.project", "p1")
                    .containsEntry("error.type", "key_rejected")
                    .containsEntry("http.response.status_code", "400");
            assertThat(attempts.get(0).getError()).hasMessageContaining("API key not valid");
            assertThat(values(attempts.get(1)))
                    .containsEntry("gemini.pool.key", "b")
                    .containsEntry("error.type", "none")
                    .containsEntry("gen_ai.response.finish_reasons", "STOP");
            // Neither the prompt nor a key.
            assertThat(stopped.stream()
                            .map(GeminiPoolObservationTests::values)
                            .toList()
                            .toString())
                    .doesNotContain("Hi", "first-key-1", "second-key-2");
        });
    }

    @Test
    void asynchronousCallIsAChildOfTheCallersObservation() {
        running(pool -> {
            Observation caller = Observation.start("caller", registry);
            caller.scoped(() -> pool.generateContentAsync("Hi")).join();
            caller.stop();

            assertThat(parentOf(named(PoolObservation.CALL).get(0)).getName()).isEqualTo("caller");
        });
    }

    @Test
    void streamIsObservedUntilItsEnd() {
        running(pool -> {
            try (GenerationStream stream =
                    pool.generateContentStream(GenerationRequest.of("Hi").model("m"))) {
                assertThat(stopped).isEmpty();
                stream.forEach(part -> {});
            }
            assertThat(values(named(PoolObservation.CALL).get(0)))
                    .containsEntry("gen_ai.response.finish_reasons", "STOP")
                    .containsKey("gen_ai.usage.output_tokens");
        });
    }

    @Test
    void failedAttemptIsAnErrorOfTheCall() {
        running(pool -> {
            simulator.simulator().fault(Fault.when().wire("503-high-demand.json"));
            assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isNotNull();

            Observation.Context call = named(PoolObservation.CALL).get(0);
            assertThat(values(call)).containsEntry("error.type", "overloaded");
            assertThat(call.getError()).hasMessageContaining("high demand");
        });
    }

    @Test
    void callWithoutAKeyIsAnError() {
        running(pool -> {
            pool.keys().disable("a");
            pool.keys().disable("b");
            assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isNotNull();

            assertThat(values(named(PoolObservation.CALL).get(0)))
                    .containsEntry("error.type", "exhausted")
                    .containsEntry("gemini.pool.attempts", "0");
        });
    }

    @Test
    void usesTheApplicationsConvention() {
        runner.withBean(GeminiCallConvention.class, () -> new DefaultGeminiCallConvention() {
                    @Override
                    public String getName() {
                        return "my.call";
                    }
                })
                .withPropertyValues("gemini.pool.base-url=" + simulator.baseUrl())
                .withBean(ObservationRegistry.class, () -> registry)
                .run(context -> {
                    context.getBean(GeminiPool.class).generateContent("Hi");
                    TestObservationRegistryAssert.assertThat(registry)
                            .hasNumberOfObservationsWithNameEqualTo("my.call", 1);
                });
    }

    @Test
    void backsOffWithoutMicrometer() {
        runner.withPropertyValues("gemini.pool.base-url=" + simulator.baseUrl())
                .withClassLoader(new FilteredClassLoader(ObservationRegistry.class))
                .run(context ->
                        assertThat(context).hasSingleBean(GeminiPool.class).doesNotHaveBean("geminiPoolObservedCalls"));
    }
}
