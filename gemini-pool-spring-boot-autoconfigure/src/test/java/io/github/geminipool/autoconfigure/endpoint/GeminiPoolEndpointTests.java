package io.github.geminipool.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** The endpoint over HTTP, as an operator sees it, of applications with servlets and of reactive ones. */
@ParameterizedClass
@ValueSource(strings = {"servlet", "reactive"})
class GeminiPoolEndpointTests {

    @Parameter
    String stack = "";

    @RegisterExtension
    final GeminiSimulatorExtension simulator =
            GeminiSimulatorExtension.with(b -> b.key("first-key-1").key("second-key-2"));

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    /** An application whose endpoints are all exposed. */
    private final class Running implements AutoCloseable {

        private final ConfigurableApplicationContext context;
        private final GeminiPool pool;

        Running(String... more) {
            List<String> arguments = new ArrayList<>(List.of(
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--spring.main.web-application-type=" + stack,
                    "--management.endpoints.web.exposure.include=*",
                    "--management.endpoint.health.show-details=always",
                    "--gemini.pool.base-url=" + simulator.baseUrl(),
                    "--gemini.pool.keys=first-key-1,second-key-2",
                    "--gemini.pool.limits.requests-per-minute=100"));
            arguments.addAll(List.of(more));
            context = new SpringApplication(Application.class).run(arguments.toArray(String[]::new));
            pool = context.getBean(GeminiPool.class);
        }

        HttpResponse<String> send(String method, String path, String body) {
            String port = context.getEnvironment().getProperty("local.server.port");
            try {
                // A connection each: a server may close one after a request that it refused.
                return HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/" + path))
                                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                                        .header("Content-Type", "application/json")
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        JsonNode get(String path) throws Exception {
            HttpResponse<String> response = send("GET", path, "");
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            return new ObjectMapper().readTree(response.body());
        }

        @Override
        public void close() {
            context.close();
        }
    }

    @Test
    void showsThePoolWithItsKeysModelsAndQuotas() throws Exception {
        try (Running running = new Running()) {
            simulator.simulator().keyState("first-key-1", KeyState.LEAKED);
            running.pool.generateContent(GenerationRequest.of("Hi").model("m"));

            JsonNode pool = running.get("geminipool");

            assertThat(pool.path("calls").asInt()).isOne();
            assertThat(pool.path("attempts").asInt()).isEqualTo(2);
            assertThat(pool.path("totalMillis").asLong())
                    .as("of two attempts, of whose mean a part of a millisecond is not shown")
                    .isBetween(
                            2 * pool.path("latencyMillis").path("mean").asLong(),
                            2 * pool.path("latencyMillis").path("mean").asLong() + 1);
            JsonNode key = pool.path("keys").path(0);
            assertThat(key.path("name").asText()).isEqualTo("Key #1");
            assertThat(key.path("state").asText()).isEqualTo("QUARANTINED");
            assertThat(key.path("usable").asBoolean(true)).isFalse();
            assertThat(key.path("reason").asText()).contains("leaked");
            assertThat(key.path("failures").path("KEY_REJECTED").asInt()).isOne();
            assertThat(key.path("totalErrorRate").asDouble()).isOne();
            assertThat(Instant.parse(key.path("since").asText())).isBeforeOrEqualTo(Instant.now());
            JsonNode other = pool.path("keys").path(1);
            assertThat(other.path("share").asDouble()).isEqualTo(0.5);
            assertThat(other.path("tokens").path("input").asInt()).isPositive();
            assertThat(other.path("latencyMillis").path("max").asLong())
                    .isGreaterThanOrEqualTo(
                            other.path("latencyMillis").path("p50").asLong());
            assertThat(pool.path("projects").path(1).path("keys").path(0).asText())
                    .isEqualTo("Key #2");
            assertThat(pool.path("tokens")).isEqualTo(other.path("tokens"));
            JsonNode model = pool.path("models").path(0);
            assertThat(model.path("model").asText()).isEqualTo("m");
            assertThat(model.path("size").asInt()).isEqualTo(10);
            assertThat(model.path("instances")).hasSize(10);
            assertThat(model.path("quotas")).anySatisfy(quota -> {
                assertThat(quota.path("unit").asText()).isEqualTo("REQUESTS_PER_MINUTE");
                assertThat(quota.path("limit").asInt()).isEqualTo(100);
                assertThat(quota.path("used").asInt()).isOne();
                assertThat(quota.path("remaining").asInt()).isEqualTo(99);
                assertThat(quota.path("source").asText()).isEqualTo("CONFIGURED");
            });
        }
    }

    @Test
    void showsOneModelWhoseNameMayHaveSlashes() throws Exception {
        try (Running running = new Running()) {
            running.pool.tryGenerateContent(GenerationRequest.of("Hi").model("tunedModels/mine"));

            assertThat(running.get("geminipool/tunedModels/mine").path("model").asText())
                    .isEqualTo("tunedModels/mine");
            assertThat(running.send("GET", "geminipool/nobody", "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void isReadOnlyUnlessItIsSaid() {
        try (Running running = new Running()) {
            assertThat(running.send("DELETE", "geminipool", "").statusCode()).isEqualTo(405);
            assertThat(running.send("POST", "geminipool", "{\"action\":\"check\"}")
                            .statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void steersThePool() throws Exception {
        try (Running running = new Running("--management.endpoint.geminipool.access=unrestricted")) {
            running.pool.generateContent(GenerationRequest.of("Hi").model("m"));

            assertThat(act(running, "{\"action\":\"disable-key\",\"key\":\"Key #2\"}"))
                    .isEqualTo(204);
            assertThat(running.get("geminipool")
                            .path("keys")
                            .path(1)
                            .path("state")
                            .asText())
                    .isEqualTo("DISABLED");
            assertThat(act(running, "{\"action\":\"enable-key\",\"key\":\"Key #2\"}"))
                    .isEqualTo(204);
            assertThat(running.get("geminipool")
                            .path("keys")
                            .path(1)
                            .path("state")
                            .asText())
                    .isEqualTo("HEALTHY");
            assertThat(act(running, "{\"action\":\"check\"}")).isEqualTo(204);
            assertThat(act(running, "{\"action\":\"reset-stats\"}")).isEqualTo(204);
            assertThat(running.get("geminipool").path("calls").asInt(-1)).isZero();

            simulator.simulator().keyState("first-key-1", KeyState.LEAKED);
            for (int i = 0; i < 5; i++) {
                running.pool.generateContent(GenerationRequest.of("Hi").model("m"));
            }
            assertThat(running.get("geminipool")
                            .path("keys")
                            .path(0)
                            .path("state")
                            .asText())
                    .isEqualTo("QUARANTINED");
            assertThat(running.send("DELETE", "geminipool", "").statusCode()).isEqualTo(204);
            assertThat(running.get("geminipool")
                            .path("keys")
                            .path(0)
                            .path("state")
                            .asText())
                    .isEqualTo("HEALTHY");
            assertThat(running.send("DELETE", "geminipool/m", "").statusCode()).isEqualTo(204);
            assertThat(running.send("DELETE", "geminipool/nobody/knows", "").statusCode())
                    .isEqualTo(404);
        }
    }

    private static int act(Running running, String body) {
        return running.send("POST", "geminipool", body).statusCode();
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        try (Running running = new Running("--management.endpoint.geminipool.access=unrestricted")) {
            assertThat(act(running, "{}")).isEqualTo(400);
            assertThat(act(running, "{\"action\":\"explode\"}")).isEqualTo(400);
            HttpResponse<String> withoutKey = running.send("POST", "geminipool", "{\"action\":\"enable-key\"}");
            assertThat(withoutKey.statusCode()).isEqualTo(400);
            HttpResponse<String> unknown =
                    running.send("POST", "geminipool", "{\"action\":\"enable-key\",\"key\":\"nobody\"}");
            assertThat(unknown.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void noEndpointShowsAKey() {
        try (Running running = new Running(
                "--management.endpoint.env.show-values=always",
                "--management.endpoint.configprops.show-values=always")) {
            running.pool.generateContent("Hi");
            for (String path : List.of("geminipool", "env", "configprops", "health", "beans", "metrics", "loggers")) {
                assertThat(running.send("GET", path, "").body())
                        .as(path)
                        .isNotBlank()
                        .doesNotContain("first-key-1")
                        .doesNotContain("second-key-2");
            }
            assertThat(running.send("GET", "health", "").body()).contains("geminiPool");
            assertThat(running.send("GET", "configprops", "").body()).contains("acquireTimeout");
        }
    }
}
