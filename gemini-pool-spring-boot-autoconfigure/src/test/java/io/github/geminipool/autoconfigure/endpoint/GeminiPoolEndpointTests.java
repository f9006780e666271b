package io.github.geminipool.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The endpoint over HTTP, in servlet and reactive applications. */
@ParameterizedClass
@ExtendWith(OutputCaptureExtension.class)
@ValueSource(strings = {"servlet", "reactive"})
class GeminiPoolEndpointTests {

    @Parameter
    String stack = "";

    @SuppressWarnings("NullAway.Init")
    private static GeminiSimulator simulator;

    /** Has the endpoint's default access, and shows all values in {@code env} and {@code configprops}. */
    @SuppressWarnings("NullAway.Init")
    private static RunningApplication readOnly;

    /** Has unrestricted access to the endpoint. */
    @SuppressWarnings("NullAway.Init")
    private static RunningApplication unrestricted;

    @BeforeParameterizedClassInvocation
    static void start(String stack) {
        simulator =
                GeminiSimulator.builder().key("first-key-1").key("second-key-2").start();
        readOnly = new RunningApplication(
                stack,
                "--management.endpoint.env.show-values=always",
                "--management.endpoint.configprops.show-values=always");
        unrestricted = new RunningApplication(stack, "--management.endpoint.geminipool.access=unrestricted");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        readOnly.close();
        unrestricted.close();
        simulator.close();
    }

    @BeforeEach
    void reset() {
        simulator.reset();
        for (RunningApplication application : List.of(readOnly, unrestricted)) {
            application.pool.reset();
            application.pool.resetStats();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    /** An application that exposes all endpoints. */
    private static final class RunningApplication implements AutoCloseable {

        private final ConfigurableApplicationContext context;
        private final GeminiPool pool;

        RunningApplication(String stack, String... properties) {
            List<String> arguments = new ArrayList<>(List.of(
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--spring.main.web-application-type=" + stack,
                    "--spring.reactor.netty.shutdown-quiet-period=0s",
                    "--management.endpoints.web.exposure.include=*",
                    "--management.endpoint.health.show-details=always",
                    "--gemini.pool.base-url=" + simulator.baseUrl(),
                    "--SHOP_KEY_1=first-key-1",
                    "--some.url=https://host.example/?key=second-key-2",
                    "--gemini.pool.keys=${SHOP_KEY_1},second-key-2",
                    "--gemini.pool.limits.requests-per-minute=100"));
            arguments.addAll(List.of(properties));
            context = new SpringApplication(Application.class).run(arguments.toArray(String[]::new));
            pool = context.getBean(GeminiPool.class);
        }

        HttpResponse<String> send(String method, String path, String body) {
            String port = context.getEnvironment().getProperty("local.server.port");
            try {
                // One connection per request: a server may close it after rejecting a request.
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

        String stateOfKey(int index) throws Exception {
            return get("geminipool").path("keys").path(index).path("state").asText();
        }

        int post(String body) {
            return send("POST", "geminipool", body).statusCode();
        }

        int delete(String path) {
            return send("DELETE", path, "").statusCode();
        }

        @Override
        public void close() {
            context.close();
        }
    }

    @Test
    void showsThePoolWithItsKeysModelsAndQuotas() throws Exception {
        simulator.keyState("first-key-1", KeyState.LEAKED);
        readOnly.pool.generateContent(GenerationRequest.of("Hi").model("shown").preferredProject("Key #1"));

        JsonNode pool = readOnly.get("geminipool");

        assertThat(pool.path("calls").asInt()).isOne();
        assertThat(pool.path("attempts").asInt()).isEqualTo(2);
        assertThat(pool.path("totalMillis").asLong())
                .as("two attempts, whose mean is rounded down to milliseconds")
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
                .isGreaterThanOrEqualTo(other.path("latencyMillis").path("p50").asLong());
        assertThat(pool.path("projects").path(1).path("keys").path(0).asText()).isEqualTo("Key #2");
        assertThat(pool.path("tokens")).isEqualTo(other.path("tokens"));
        JsonNode model = StreamSupport.stream(pool.path("models").spliterator(), false)
                .filter(each -> each.path("model").asText().equals("shown"))
                .findFirst()
                .orElseThrow();
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

    @Test
    void showsOneModelWhoseNameContainsSlashes() throws Exception {
        readOnly.pool.tryGenerateContent(GenerationRequest.of("Hi").model("tunedModels/mine"));

        assertThat(readOnly.get("geminipool/tunedModels/mine").path("model").asText())
                .isEqualTo("tunedModels/mine");
        assertThat(readOnly.send("GET", "geminipool/unknown", "").statusCode()).isEqualTo(404);
    }

    @Test
    void isReadOnlyByDefault() {
        assertThat(readOnly.delete("geminipool")).isEqualTo(405);
        assertThat(readOnly.post("{\"action\":\"check\"}")).isEqualTo(405);
    }

    @Test
    void disablesAndEnablesKeys() throws Exception {
        assertThat(unrestricted.post("{\"action\":\"disable-key\",\"key\":\"Key #2\"}"))
                .isEqualTo(204);
        assertThat(unrestricted.stateOfKey(1)).isEqualTo("DISABLED");
        assertThat(unrestricted.post("{\"action\":\"enable-key\",\"key\":\"Key #2\"}"))
                .isEqualTo(204);
        assertThat(unrestricted.stateOfKey(1)).isEqualTo("HEALTHY");
    }

    @Test
    void checksThePoolAndResetsItsStatistics() throws Exception {
        unrestricted.pool.generateContent(GenerationRequest.of("Hi").model("m"));

        assertThat(unrestricted.post("{\"action\":\"check\"}")).isEqualTo(204);
        assertThat(unrestricted.get("geminipool").path("calls").asInt(-1)).isOne();
        assertThat(unrestricted.post("{\"action\":\"reset-stats\"}")).isEqualTo(204);
        assertThat(unrestricted.get("geminipool").path("calls").asInt(-1)).isZero();
    }

    @Test
    void resetsThePoolAndSingleModels(CapturedOutput output) throws Exception {
        simulator.keyState("first-key-1", KeyState.LEAKED);
        for (int i = 0; i < 5; i++) {
            unrestricted.pool.generateContent(GenerationRequest.of("Hi").model("m"));
        }
        assertThat(unrestricted.stateOfKey(0)).isEqualTo("QUARANTINED");
        assertThat(unrestricted.delete("geminipool")).isEqualTo(204);
        assertThat(output).contains("gemini.pool.keys was not read again");
        assertThat(unrestricted.stateOfKey(0)).isEqualTo("HEALTHY");
        assertThat(unrestricted.delete("geminipool/m")).isEqualTo(204);
        assertThat(unrestricted.delete("geminipool/unknown/model")).isEqualTo(404);
    }

    @Test
    void rejectsInvalidActions() throws Exception {
        assertThat(message("{\"action\":\"explode\"}"))
                .contains("'explode'")
                .contains("reset-stats, enable-key, disable-key, check, reload-keys");
        assertThat(message("{\"action\":\"enable-key\",\"key\":\"shopp\"}"))
                .contains("'shopp'")
                .contains("Key #1, Key #2");
        assertThat(message("{\"action\":\"enable-key\",\"key\":\"first-key-1\"}"))
                .contains("Unknown key '***'");
        assertThat(message("{\"action\":\"first-key-1\"}")).contains("Unknown action '***'");
        assertThat(unrestricted.post("{}")).isEqualTo(400);
        assertThat(unrestricted.post("{\"action\":\"explode\"}")).isEqualTo(400);
        assertThat(unrestricted.post("{\"action\":\"enable-key\"}")).isEqualTo(400);
        assertThat(unrestricted.post("{\"action\":\"enable-key\",\"key\":\"unknown\"}"))
                .isEqualTo(400);
    }

    @Test
    void noEndpointShowsAKey() {
        readOnly.pool.generateContent("Hi");
        for (String path : List.of("geminipool", "env", "configprops", "health", "beans", "metrics", "loggers")) {
            assertThat(readOnly.send("GET", path, "").body())
                    .as(path)
                    .isNotBlank()
                    .doesNotContain("first-key-1")
                    .doesNotContain("second-key-2");
        }
        for (String property : List.of("SHOP_KEY_1", "some.url", "gemini.pool.keys")) {
            assertThat(readOnly.send("GET", "env/" + property, "").body())
                    .as(property)
                    .contains("******")
                    .doesNotContain("first-key-1")
                    .doesNotContain("second-key-2");
        }
        assertThat(readOnly.send("GET", "env/server.address", "").body()).contains("127.0.0.1");
        assertThat(readOnly.send("GET", "health", "").body()).contains("geminiPool");
        assertThat(readOnly.send("GET", "configprops", "").body()).contains("acquireTimeout");
    }

    private static String message(String body) throws Exception {
        HttpResponse<String> response = unrestricted.send("POST", "geminipool", body);
        assertThat(response.statusCode()).isEqualTo(400);
        return new ObjectMapper().readTree(response.body()).path("message").asText();
    }

    @Test
    void readsTheKeysAgainAndSaysWhatChanged() throws Exception {
        HttpResponse<String> response = unrestricted.send("POST", "geminipool", "{\"action\":\"reload-keys\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = new ObjectMapper().readTree(response.body());
        assertThat(answer.path("added")).isEmpty();
        assertThat(answer.path("keys").asInt()).isEqualTo(2);
        assertThat(answer.path("notes").path(0).asText())
                .contains("gemini.pool.keys was not read again")
                .contains("gemini.pool.keys-file");
    }
}
