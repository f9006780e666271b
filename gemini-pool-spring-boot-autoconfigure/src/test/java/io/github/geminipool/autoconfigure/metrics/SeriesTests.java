package io.github.geminipool.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.observation.GeminiPoolObservationAutoConfiguration;
import io.github.geminipool.simulator.GeminiSimulator;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How many series there are, with everything at its default. */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class SeriesTests {

    private static final int KEYS = 40;
    private static final int MODELS = 12;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class,
                    PrometheusMetricsExportAutoConfiguration.class,
                    ObservationAutoConfiguration.class,
                    GeminiPoolAutoConfiguration.class,
                    GeminiPoolObservationAutoConfiguration.class,
                    GeminiPoolMetricsAutoConfiguration.class));

    private static List<String> series(PrometheusMeterRegistry registry) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith("gemini_pool"))
                .toList();
    }

    private static GeminiSimulator simulator() {
        var builder = GeminiSimulator.builder();
        IntStream.range(0, KEYS).forEach(i -> builder.key("secret-key-" + i));
        return builder.start();
    }

    private static String keys() {
        return String.join(
                ",", IntStream.range(0, KEYS).mapToObj(i -> "secret-key-" + i).toList());
    }

    @Test
    void fortyKeysAndTwelveModelsHaveHalfOfWhatTheyHad(CapturedOutput output) {
        try (GeminiSimulator simulator = simulator()) {
            runner.withPropertyValues("gemini.pool.keys=" + keys(), "gemini.pool.base-url=" + simulator.baseUrl())
                    .run(context -> {
                        GeminiPool pool = context.getBean(GeminiPool.class);
                        List<CompletableFuture<?>> calls = new ArrayList<>();
                        for (int key = 1; key <= KEYS; key++) {
                            for (int model = 0; model < MODELS; model++) {
                                calls.add(pool.generateContentAsync(GenerationRequest.of("Hi")
                                        .model("model-" + model)
                                        .onlyKeys("Key #" + key)));
                            }
                        }
                        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                                .get(120, TimeUnit.SECONDS);
                        pool.close();

                        List<String> series = series(context.getBean(PrometheusMeterRegistry.class));
                        System.out.println(series.size() + " series");
                        assertThat(series).hasSizeLessThanOrEqualTo(2_886 / 2);
                        assertThat(series)
                                .as("observations make no second set")
                                .noneMatch(line -> line.startsWith("gemini_pool_call_")
                                        || line.startsWith("gemini_pool_attempt_"));
                    });
        }
        assertThat(output).doesNotContain("has been already registered");
    }

    @Test
    void observationsAreMetersIfAskedFor() {
        try (GeminiSimulator simulator = simulator()) {
            runner.withPropertyValues(
                            "gemini.pool.keys=" + keys(),
                            "gemini.pool.metrics.observations=true",
                            "gemini.pool.base-url=" + simulator.baseUrl())
                    .run(context -> {
                        assertThat(context).hasSingleBean(ObservationRegistry.class);
                        context.getBean(GeminiPool.class).generateContent("Hi");
                        context.getBean(GeminiPool.class).close();
                        assertThat(series(context.getBean(PrometheusMeterRegistry.class)))
                                .anyMatch(line -> line.startsWith("gemini_pool_call_"))
                                .anyMatch(line -> line.startsWith("gemini_pool_attempt_"));
                    });
        }
    }
}
