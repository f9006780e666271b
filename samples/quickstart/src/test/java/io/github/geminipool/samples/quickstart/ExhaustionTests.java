package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Quota;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** With configured keys that are all out of quota. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"gemini.pool.keys=own-secret", "gemini.pool.acquire-timeout=0s"})
class ExhaustionTests {

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .key("own-secret")
            .quota(Quota.requestsPerMinute(1))
            .start();

    private Http http;

    @DynamicPropertySource
    static void baseUrl(DynamicPropertyRegistry properties) {
        properties.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    @AfterAll
    static void close() {
        SIMULATOR.close();
    }

    @BeforeEach
    void exhaustQuota(@LocalServerPort int port) {
        http = new Http(port);
        http.ask("Why is the sky blue?");
    }

    @Test
    void askSaysWhenToTryAgain() {
        assertSaysWhenToTryAgain(http.ask("Why?"));
    }

    @Test
    void streamSaysWhenToTryAgain() {
        assertSaysWhenToTryAgain(http.stream("Why?"));
    }

    @Test
    void chatSaysWhenToTryAgain() {
        assertSaysWhenToTryAgain(http.post("/chat/exhausted", "Why?"));
        assertSaysWhenToTryAgain(http.post("/chat/exhausted/stream", "Why?"));
    }

    @Test
    void configuredKeysAreNotReportedAsSimulated() {
        assertThat(http.get("/keys").body()).contains("\"simulator\":false").doesNotContain("own-secret");
    }

    private static void assertSaysWhenToTryAgain(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 61L);
        assertThat(response.body()).startsWith("All keys are busy or out of quota. Please try again in ");
    }
}
