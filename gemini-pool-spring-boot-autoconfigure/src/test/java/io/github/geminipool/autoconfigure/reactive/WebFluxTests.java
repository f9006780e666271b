package io.github.geminipool.autoconfigure.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** An application on WebFlux that streams responses, as the guide shows it. */
@Timeout(60)
class WebFluxTests {

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .key("a-secret")
            .streamGap(Latency.fixed(Duration.ofMillis(50)))
            .start();

    @SuppressWarnings("NullAway.Init")
    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        application.setRegisterShutdownHook(false);
        context = application.run(
                "--server.port=0",
                "--gemini.pool.keys=a-secret",
                "--gemini.pool.size=20",
                "--gemini.pool.base-url=" + SIMULATOR.baseUrl());
    }

    @AfterAll
    static void stop() {
        context.close();
        SIMULATOR.close();
    }

    private static Flux<String> story() {
        return WebClient.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"))
                .get()
                .uri("/story?about=lamps")
                .retrieve()
                .bodyToFlux(String.class);
    }

    private static long active() {
        return context.getBean(GeminiPool.class).stats().active();
    }

    @Test
    void manyBrowsersReadAtTheSameTime() {
        List<List<String>> stories = Flux.range(0, 20)
                .flatMap(i -> story().collectList(), 20)
                .collectList()
                .block();
        assertThat(stories)
                .hasSize(20)
                .allSatisfy(parts -> assertThat(String.join("", parts)).contains("lamps"));
        assertThat(active()).isZero();
    }

    @Test
    void aClosedTabEndsTheCall() {
        assertThat(story().blockFirst()).isNotBlank();
        Eventually.await("the instance is free", () -> active() == 0);
    }

    @Test
    void theSubscribersThreadWaitsForNothing() {
        ReactiveGeminiPool pool = context.getBean(ReactiveGeminiPool.class);
        List<String> threads = pool.generateContentStream("Tell me a story")
                .map(part -> Thread.currentThread().getName())
                // Its threads must not block: Reactor throws where it can tell.
                .subscribeOn(Schedulers.parallel())
                .collectList()
                .block();
        assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith("gemini-pool-call-"));
    }

    @RestController
    static final class StoryController {

        private final ReactiveGeminiPool pool;

        StoryController(ReactiveGeminiPool pool) {
            this.pool = pool;
        }

        @GetMapping(path = "/story", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> story(@RequestParam("about") String about) {
            return pool.generateContentStream("Tell me a story about " + about)
                    .mapNotNull(GenerateContentResponse::text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(StoryController.class)
    static class Application {}
}
