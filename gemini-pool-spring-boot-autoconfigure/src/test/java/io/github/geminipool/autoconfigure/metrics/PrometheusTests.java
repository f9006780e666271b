package io.github.geminipool.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.yaml.snakeyaml.Yaml;

/** The Grafana dashboard and the alert rules against a real Prometheus; skipped if that is not installed. */
@Timeout(120)
class PrometheusTests {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path ALERTS = DOCS.resolve("prometheus").resolve("alerts.yml");

    @RegisterExtension
    final GeminiSimulatorExtension simulator =
            GeminiSimulatorExtension.with(b -> b.key("first-key-1").key("second-key-2"));

    @TempDir
    Path directory;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    @BeforeAll
    static void requirePrometheus() {
        boolean installed = isInstalled("prometheus") && isInstalled("promtool");
        if (Boolean.getBoolean("browser.required")) {
            assertThat(installed).as("prometheus and promtool are installed").isTrue();
        }
        assumeTrue(installed, "prometheus and promtool are not on the path");
    }

    static boolean isInstalled(String command) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, command))) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode rules() throws IOException {
        Object read = new Yaml().load(Files.readString(ALERTS));
        return new ObjectMapper().valueToTree(read).path("groups").path(0).path("rules");
    }

    /** Returns the expressions of the alerts, without their thresholds, and of the dashboard's panels. */
    private static Set<String> expressions() throws IOException {
        Set<String> all = new LinkedHashSet<>();
        for (JsonNode rule : rules()) {
            all.add(rule.path("expr").asText().strip().replaceAll("\\s(==|>)\\s[0-9.]+$", ""));
        }
        assertThat(all).hasSize(7);
        JsonNode dashboard = new ObjectMapper()
                .readTree(DOCS.resolve("grafana").resolve("gemini-pool.json").toFile());
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                all.add(target.path("expr")
                        .asText()
                        .replace("$job", ".*")
                        .replace("$instance", ".*")
                        .replace("$__rate_interval", "1m"));
            }
        }
        assertThat(all).hasSizeGreaterThan(20);
        return all;
    }

    @Test
    void everyExpressionMatchesMetersOfARunningApplication() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplication(Application.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.main.web-application-type=servlet",
                        "--management.endpoints.web.exposure.include=prometheus",
                        "--gemini.pool.base-url=" + simulator.baseUrl(),
                        "--gemini.pool.keys=first-key-1,second-key-2",
                        "--gemini.pool.acquire-timeout=0s",
                        "--gemini.pool.limits.requests-per-minute=1000000",
                        "--gemini.pool.limits.tokens-per-minute=100000000",
                        "--gemini.pool.limits.requests-per-day=10000000")) {
            GeminiPool pool = context.getBean(GeminiPool.class);
            simulator.simulator().keyState("first-key-1", KeyState.INVALID);
            int port = Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.server.port")));
            try (PrometheusServer prometheus = new PrometheusServer(directory, port, ALERTS)) {
                pool.tryGenerateContent(GenerationRequest.of("Hi").model("m").onlyKeys("Key #1"));
                pool.keys().check();
                List<String> empty = new ArrayList<>(expressions());
                boolean all = Eventually.holds(
                        () -> {
                            // A rate needs activity between two scrapes.
                            pool.generateContent(GenerationRequest.of("Hi").model("m"));
                            assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")
                                                    .model("m")
                                                    .onlyKeys("Key #1"))
                                            .isSuccess())
                                    .isFalse();
                            empty.removeIf(expression -> hasResult(prometheus, expression));
                            return empty.isEmpty();
                        },
                        Duration.ofSeconds(60));
                assertThat(all).as("expressions without a result: %s", empty).isTrue();
            }
        }
    }

    private static boolean hasResult(PrometheusServer prometheus, String expression) {
        try {
            return !prometheus.query(expression).isEmpty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void eachAlertHasACaseInWhichItFiresAndOneInWhichItDoesNot() throws Exception {
        Process promtool = new ProcessBuilder(
                        "promtool",
                        "test",
                        "rules",
                        DOCS.resolve("prometheus").resolve("alerts-test.yml").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(promtool.exitValue()).as(output).isZero();

        String cases = Files.readString(DOCS.resolve("prometheus").resolve("alerts-test.yml"));
        for (JsonNode rule : rules()) {
            String name = rule.path("alert").asText();
            String tested = "- alertname: " + name + "\n        eval_time: [0-9]+m\n";
            assertThat(cases).as("a case in which %s fires", name).containsPattern(tested + "        exp_alerts:");
            assertThat(cases).as("a case in which %s does not fire", name).containsPattern(tested + "(?!        exp)");
        }
    }
}
