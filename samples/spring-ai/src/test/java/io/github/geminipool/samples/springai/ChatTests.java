package io.github.geminipool.samples.springai;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** Without configuration: no keys, so the embedded simulator answers. Spring AI never has a key. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"gemini.pool.keys=", "gemini.pool.acquire-timeout=5s", "gemini.pool.retry.max-attempts=1"})
@Timeout(60)
class ChatTests {

    private static final Pattern PIECE = Pattern.compile("data:\\{\"text\":\"(.*)\"}");
    private static final List<String> KEYS = List.of("simulated-north", "simulated-south", "simulated-revoked");

    @LocalServerPort
    private int port;

    @Autowired
    private GeminiPool pool;

    @Autowired
    private GeminiSimulator simulator;

    @BeforeEach
    void reset() {
        pool.reset();
        simulator.resetLog();
    }

    @AfterEach
    void noLeaseIsLeaked() {
        simulator.clearFaults();
        simulator.keyState("simulated-north", KeyState.VALID);
        simulator.keyState("simulated-south", KeyState.VALID);
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void springAiHasNoKeyAndUsesThePoolsClient(@Autowired ApplicationContext context) {
        assertThat(context.getEnvironment().containsProperty("spring.ai.google.genai.api-key"))
                .isFalse();
        assertThat(context.getBeansOfType(Client.class).values()).containsExactly(pool.client());
        assertThat(context.getBeansOfType(ChatClient.class)).hasSize(1);
    }

    @Test
    void answersDespiteARevokedKey() {
        for (int i = 0; i < 4; i++) {
            assertThat(send("answers", "Why is the sky blue?").body()).contains("Why is the sky blue?");
        }
        assertThat(simulator.requests().stream().filter(request -> request.key().equals("simulated-revoked")))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(simulator.requests()).extracting(RequestRecord::key).isSubsetOf(KEYS);
    }

    @Test
    void toolIsCalledAndItsResultUsed() {
        assertThat(send("tool", "How large is our stock of lamps?").body()).contains("lamps: 12");
        assertThat(simulator.requests().stream().filter(request -> request.status() == 200))
                .hasSize(2);
    }

    @Test
    void toolIsCalledInAStream() {
        assertThat(text(stream("tool-stream", "How large is our stock of shades?")))
                .contains("shades: 3");
    }

    @Test
    void conversationsHaveSeparateMemories() {
        send("ada", "My name is Ada.");
        send("bob", "My name is Bob.");
        assertThat(send("ada", "What is my name?").body()).contains("Ada").doesNotContain("Bob");
        assertThat(text(stream("bob", "What is my name?"))).contains("Bob").doesNotContain("Ada");
        assertThat(delete("ada").statusCode()).isEqualTo(204);
        assertThat(send("ada", "What is my name?").body()).doesNotContain("Ada");
    }

    @Test
    void streamHasSeveralChunks() {
        HttpResponse<String> response = stream("pieces", "Why is the sky blue?");
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(response.body().lines().filter(line -> line.equals("event:text")))
                .hasSizeGreaterThan(1);
        assertThat(response.body()).contains("sky");
    }

    @Test
    void errorInsideAStreamIsReported() {
        simulator.fault(Fault.when().errorInStream(2, Framing.BARE, "503-high-demand.json"));
        assertThat(stream("broken", "Why is the sky blue?").body())
                .contains("event:text")
                .contains("event:problem")
                .contains("Gemini rejected the request (503).");
    }

    @Test
    void noAvailableKeyIsReportedWithATime() {
        KEYS.forEach(key -> simulator.keyState(key, KeyState.LEAKED));
        HttpResponse<String> response = send("exhausted", "Why is the sky blue?");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(response.body()).isEqualTo("All keys are busy or out of quota. Please try again later.");
        simulator.keyState("simulated-revoked", KeyState.INVALID);
    }

    /** Joins the chunks of a stream. */
    private static String text(HttpResponse<String> response) {
        return PIECE.matcher(response.body())
                .results()
                .map(piece -> piece.group(1))
                .collect(Collectors.joining());
    }

    private HttpResponse<String> send(String id, String prompt) {
        return http(request(id).POST(form(prompt)));
    }

    private HttpResponse<String> stream(String id, String prompt) {
        return http(request(id + "/stream").POST(form(prompt)));
    }

    private HttpResponse<String> delete(String id) {
        return http(request(id).DELETE());
    }

    private static HttpRequest.BodyPublisher form(String prompt) {
        return HttpRequest.BodyPublishers.ofString("prompt=" + URLEncoder.encode(prompt, StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/chat/" + path))
                .header("Content-Type", "application/x-www-form-urlencoded");
    }

    private static HttpResponse<String> http(HttpRequest.Builder request) {
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
