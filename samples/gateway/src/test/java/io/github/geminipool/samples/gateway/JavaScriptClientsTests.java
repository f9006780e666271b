package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_TWO;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Google's and OpenAI's SDKs in JavaScript, from npm, with the Node.js that they need. */
@Timeout(180)
class JavaScriptClientsTests {

    @TempDir
    private Path temporary;

    private static NpmPackages packages;

    @BeforeAll
    static void install() throws Exception {
        packages = NpmPackages.installed("npm");
    }

    private static JsonNode clients(RunningGateway gateway) throws IOException {
        Process process = packages.node("clients.mjs", "http://127.0.0.1:" + gateway.port(), ALICE)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return JsonMapper.shared().readTree(output);
        } finally {
            process.destroyForcibly();
        }
    }

    private RunningGateway gateway(GeminiSimulator simulator) {
        return RunningGateway.withClients(
                simulator.baseUrl(), "--gateway.owners-file=" + temporary.resolve("owners.txt"));
    }

    private static void assertServed(JsonNode results) {
        assertThat(results.path("generate").asString("")).as("%s", results).contains("apple");
        assertThat(results.path("stream").path("text").asString("")).contains("pear");
        assertThat(results.path("stream").path("parts").asInt()).isGreaterThan(1);
        assertThat(results.path("chat").asString("")).contains("second");
        assertThat(results.path("functions").asString("")).isEqualTo("turn_on");
        assertThat(results.path("embeddings").asInt()).as("%s", results).isEqualTo(2);
        assertThat(results.path("files").path("size").asString(""))
                .as("%s", results)
                .isEqualTo("9000000");
        assertThat(results.path("files").path("text").asString("")).contains("fig");
        assertThat(results.path("caches").asString("")).as("%s", results).contains("plum");
        assertThat(results.path("live").asString("")).as("%s", results).contains("quince");
        assertThat(results.path("openaiChat").asString("")).as("%s", results).contains("melon");
        assertThat(results.path("openaiStream").path("text").asString("")).contains("grape");
        assertThat(results.path("openaiStream").path("parts").asInt()).isGreaterThan(1);
        assertThat(results.path("openaiTools").asString("")).isEqualTo("turn_on");
        assertThat(results.path("openaiEmbeddings").asInt()).isEqualTo(2);
        assertThat(results.path("openaiModels").path("count").asInt()).isPositive();
        assertThat(results.path("openaiModels").path("first").asBoolean())
                .as("%s", results)
                .isTrue();
        assertThat(results.path("wrongToken")).as("%s", results).hasToString("[\"401 invalid_api_key\",401]");
    }

    @Test
    void areServed() throws IOException {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = gateway(simulator)) {
            assertServed(clients(gateway));
            assertThat(simulator.requests()).extracting(RequestRecord::key).containsOnly(KEY_ONE, KEY_TWO);
        }
    }

    @Test
    void areServedWhileOneKeyIsRevokedAndAnotherOutOfQuota() throws IOException {
        try (GeminiSimulator simulator = GeminiSimulator.builder()
                        .key(KEY_ONE, key -> key.project("one").state(KeyState.INVALID))
                        .key(KEY_TWO, key -> key.project("two"))
                        .key("simulated-key-three", key -> key.project("three"))
                        .start();
                RunningGateway gateway = RunningGateway.withClients(
                        simulator.baseUrl(),
                        "--gemini.pool.keys[2].value=simulated-key-three",
                        "--gemini.pool.keys[2].name=three",
                        "--gemini.pool.keys[2].project=three",
                        "--gateway.owners-file=" + temporary.resolve("owners.txt"))) {
            simulator.fault(Fault.when().project("two").wire("429-free-rpd-with-36s-retrydelay.json"));
            assertServed(clients(gateway));
            assertThat(simulator.requests()).anyMatch(request -> request.status() == 429);
            assertThat(simulator.requests()).anyMatch(request -> request.key().equals(KEY_ONE));
        }
    }
}
