package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.reactive.ReactiveGeminiPool;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Runs the controllers of README.md and docs on Spring MVC, as {@link DocsExamplesTests} runs the other examples. */
@SpringBootTest(
        classes = DocsWebApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"gemini.pool.keys=first-secret,second-secret", "spring.threads.virtual.enabled: true"})
@Timeout(60)
class DocsWebTests {

    @RegisterExtension
    static final GeminiSimulatorExtension SIMULATOR = GeminiSimulatorExtension.with(simulator ->
            simulator.key("first-secret").key("second-secret").streamGap(Latency.fixed(Duration.ofMillis(50))));

    private final GeminiPool pool;

    @LocalServerPort
    private int port;

    DocsWebTests(@Autowired GeminiPool pool) {
        this.pool = pool;
    }

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry registry) {
        registry.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    private InputStream get(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private long cancelled() {
        return pool.keyStats().keys().stream()
                .mapToLong(key -> key.attempts().failures().getOrDefault(FailureKind.CANCELLED, 0L))
                .sum();
    }

    @Test
    void answers() throws Exception {
        try (InputStream body = get("/ask?question=Why+is+the+sky+blue%3F")) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("Why is the sky blue?");
        }
    }

    @Test
    void serverSentEvents() throws Exception {
        try (InputStream body = get("/story?about=lamps")) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .filteredOn(line -> line.startsWith("data:"))
                    .hasSizeGreaterThan(2);
        }
        Eventually.await("the instance is free", () -> pool.stats().active() == 0);
    }

    @Test
    void aClosedTabEndsTheCall() throws Exception {
        try (BufferedReader body = new BufferedReader(
                new InputStreamReader(get("/story?about=" + "lamps+".repeat(200)), StandardCharsets.UTF_8))) {
            assertThat(body.readLine()).startsWith("data:");
            assertThat(pool.stats().active()).isOne();
        }
        Eventually.await("the call has ended on the wire", () -> cancelled() == 1);
    }
}

/** The application that contains the controllers. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Answers.class, StoryController.class})
class DocsWebApplication {}

// DOCS
@RestController
record Answers(GeminiPool pool) {
    @GetMapping("/ask")
    String ask(@RequestParam("question") String question) {
        return pool.generateContent(question).text();
    }
}
// end

// DOCS
@RestController
class StoryController {

    private final ReactiveGeminiPool pool;

    StoryController(ReactiveGeminiPool pool) {
        this.pool = pool;
    }

    @GetMapping(path = "/story", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> story(@RequestParam("about") String about) {
        return pool.generateContentStream("Tell me a story about " + about).mapNotNull(GenerateContentResponse::text);
    }
}
// end
