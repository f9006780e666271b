package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.KeyUsage;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Without configuration: no keys, so the embedded simulator answers. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "gemini.pool.keys=")
class QuickstartTests {

    @Autowired
    private GeminiPool pool;

    @Autowired
    private GeminiSimulator simulator;

    private Http http;

    @BeforeEach
    void http(@LocalServerPort int port) {
        http = new Http(port);
    }

    @Test
    void askAnswersInPlainText() {
        HttpResponse<String> response = http.ask("Why is the sky blue?");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain;charset=UTF-8");
        assertThat(response.headers().firstValue("gemini-pool-key"))
                .hasValueSatisfying(key -> assertThat(key).isIn("north", "south", "limited"));
        assertThat(response.body()).contains("Why is the sky blue?");
    }

    @Test
    void askPreservesAllCharacters() {
        assertThat(http.ask("<b>Grüße & 🎉</b>").body()).contains("<b>Grüße & 🎉</b>");
    }

    @Test
    void streamSendsTextAndThenTheKey() {
        HttpResponse<String> response = http.stream("Why is the sky blue?");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        List<String> events = response.body()
                .lines()
                .filter(line -> line.startsWith("event:"))
                .toList();
        assertThat(events).hasSizeGreaterThan(2).endsWith("event:done");
        assertThat(events.subList(0, events.size() - 1)).containsOnly("event:text");
        assertThat(response.body())
                .containsPattern("data:\\{.*\"key\":\"(north|south|limited)\"")
                .containsPattern("\"instance\":\\d");
    }

    @Test
    void blankPromptIsRejected() {
        HttpResponse<String> response = http.ask(" ");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("Please write a prompt.");
    }

    @Test
    void tooLongPromptIsRejected() {
        assertThat(http.stream("x".repeat(4_001)).statusCode()).isEqualTo(400);
    }

    @Test
    void longestPromptFitsInTheUrl() {
        assertThat(http.ask("ü".repeat(4_000)).statusCode()).isEqualTo(200);
    }

    @Test
    void twentyPromptsSucceedDespiteARevokedAndALimitedKey() {
        // Other tests share the application, and one of them cancels a stream.
        pool.resetStats();
        simulator.resetLog();
        List<Integer> statuses = IntStream.range(0, 20)
                .mapToObj(i -> http.ask("Prompt " + i).statusCode())
                .toList();
        assertThat(statuses).hasSize(20).containsOnly(200);
        assertThat(usageByKey()).isEqualTo(requestsByKey());
        assertThat(failuresByKey()).isEqualTo(rejectionsByKey());
        assertThat(failuresByKey().get("revoked"))
                .as("a revoked key is tried once, then quarantined")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void keysShowUsageButNoSecrets() {
        http.ask("Why is the sky blue?");
        HttpResponse<String> response = http.get("/keys");
        assertThat(response.body())
                .contains("\"simulator\":true")
                .contains("\"name\":\"north\"", "\"name\":\"south\"", "\"name\":\"limited\"", "\"name\":\"revoked\"")
                .doesNotContain("simulated-");
    }

    @Test
    void pageIsServedAtTheRoot() {
        HttpResponse<String> response = http.get("/");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("<title>gemini-pool quickstart</title>")
                .doesNotContain("innerHTML");
    }

    @Test
    void formOnAnotherSiteCannotControlThePool() {
        assertThat(http.post("/actuator/geminipool", "{\"action\":\"reset-stats\"}")
                        .statusCode())
                .isEqualTo(415);
    }

    private Map<String, Long> usageByKey() {
        return pool.keyStats().keys().stream().collect(Collectors.toMap(KeyUsage::key, KeyUsage::usage));
    }

    private Map<String, Long> failuresByKey() {
        return pool.keyStats().keys().stream().collect(Collectors.toMap(KeyUsage::key, KeyUsage::failed));
    }

    private Map<String, Long> requestsByKey() {
        return byKey(simulator.requests());
    }

    private Map<String, Long> rejectionsByKey() {
        return byKey(simulator.requests().stream()
                .filter(request -> request.status() != 200)
                .toList());
    }

    private Map<String, Long> byKey(List<RequestRecord> requests) {
        return pool.keyStats().keys().stream()
                .collect(Collectors.toMap(
                        KeyUsage::key,
                        usage -> requests.stream()
                                .filter(request -> request.key().equals("simulated-" + usage.key()))
                                .count()));
    }
}
