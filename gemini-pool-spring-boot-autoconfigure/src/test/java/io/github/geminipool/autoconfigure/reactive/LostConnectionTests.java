package io.github.geminipool.autoconfigure.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.Cut;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** If Gemini's connection is lost, Spring must not believe that its own client has left, and send an empty response. */
@Timeout(60)
class LostConnectionTests {

    private final GeminiSimulator google =
            GeminiSimulator.builder().key("a-secret").start();

    @AfterEach
    void stop() {
        google.close();
    }

    private ConfigurableApplicationContext start(WebApplicationType type) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(type);
        application.setRegisterShutdownHook(false);
        return application.run(
                "--server.port=0",
                "--gemini.pool.keys=a-secret",
                "--gemini.pool.retry.max-attempts=1",
                "--gemini.pool.base-url=" + google.baseUrl());
    }

    private static WebClient client(ConfigurableApplicationContext context) {
        return WebClient.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void theApplicationsResponseFails(WebApplicationType type) {
        google.fault(Fault.when().truncateBody(Cut.CHUNKED));
        try (ConfigurableApplicationContext context = start(type)) {
            for (String path : new String[] {"/facade", "/sdk", "/mono"}) {
                assertThat(client(context)
                                .get()
                                .uri(path)
                                .exchangeToMono(response -> Mono.just(response.statusCode()))
                                .block())
                        .as(path)
                        .matches(status -> status.value() == 500, "is 500");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void theApplicationsStreamDoesNotLookComplete(WebApplicationType type) {
        google.fault(Fault.when().cutStreamAfter(1));
        try (ConfigurableApplicationContext context = start(type)) {
            Flux<String> stream =
                    client(context).get().uri("/stream").retrieve().bodyToFlux(String.class);
            String end = stream.then(Mono.just("complete"))
                    .onErrorResume(e -> Mono.just("failed"))
                    .block();
            assertThat(end).isEqualTo("failed");
        }
    }

    @RestController
    static final class Asking {

        private final GeminiPool pool;
        private final Client client;
        private final ReactiveGeminiPool reactive;

        Asking(GeminiPool pool, Client client, ReactiveGeminiPool reactive) {
            this.pool = pool;
            this.client = client;
            this.reactive = reactive;
        }

        @GetMapping("/facade")
        String facade() {
            return text(pool.generateContent("Hi"));
        }

        @GetMapping("/sdk")
        String sdk() {
            return text(client.models.generateContent("gemini-flash-latest", "Hi", null));
        }

        @GetMapping("/mono")
        Mono<String> mono() {
            return Mono.fromFuture(() -> pool.generateContentAsync("Hi")).map(Asking::text);
        }

        @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> stream() {
            return reactive.generateContentStream("Hi").mapNotNull(GenerateContentResponse::text);
        }

        private static String text(GenerateContentResponse response) {
            return Objects.requireNonNull(response.text());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Asking.class)
    static class Application {}
}
