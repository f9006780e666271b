package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.AttemptRunner;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryOperations;
import org.springframework.core.retry.RetryTemplate;

/** Spring AI's starter over the pool, unmodified and without an API key. */
@Tag("sdk")
@Timeout(60)
class SpringAiTests {

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .key("revoked-secret", key -> key.state(KeyState.INVALID))
            .key("good-secret")
            .start();

    @SuppressWarnings("NullAway.Init")
    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        context = application.run(
                "--gemini.pool.keys=revoked-secret,good-secret",
                "--gemini.pool.selection=round-robin",
                "--gemini.pool.base-url=" + SIMULATOR.baseUrl());
    }

    @AfterAll
    static void stop() {
        context.close();
        SIMULATOR.close();
    }

    @BeforeEach
    void reset() {
        context.getBean(GeminiPool.class).reset();
        SIMULATOR.resetLog();
    }

    @Test
    void theOnlyClientIsThePools() {
        assertThat(context.getBeanNamesForType(Client.class)).containsExactly("geminiPoolClient");
    }

    /** Spring AI defines a template of Spring Framework's type and injects it by type. */
    @Test
    void theOnlyRetryTemplateIsSpringAis() {
        assertThat(context.getBeanNamesForType(RetryTemplate.class)).hasSize(1);
        assertThat(context.getBeanNamesForType(RetryOperations.class)).hasSize(1);
        assertThat(context.getBeanNamesForType(org.springframework.retry.RetryOperations.class))
                .isEmpty();
        assertThat(context.getBeanNamesForType(AttemptRunner.class)).containsExactly("geminiPoolAttemptRunner");
    }

    @Test
    void callFailsOverToAValidKey() {
        assertThat(chat().prompt("Why is the sky blue?").call().content()).isNotBlank();
        assertThat(servedBy()).containsOnly("good-secret");
    }

    @Test
    void streamFailsOverToAValidKey() {
        List<String> parts = chat().prompt("Why is the sky blue?").stream()
                .content()
                .collectList()
                .block();
        assertThat(String.join("", parts)).isNotBlank();
        assertThat(servedBy()).containsOnly("good-secret");
    }

    @Test
    void streamReturnsItsInstance() {
        chat().prompt("Why is the sky blue?").stream().content().blockLast();
        assertThat(context.getBean(GeminiPool.class).stats().active()).isZero();
    }

    @Test
    void revokedKeyIsTriedOnlyOnce() {
        for (int i = 0; i < 5; i++) {
            chat().prompt("Why is the sky blue?").call().content();
        }
        assertThat(context.getBean(GeminiPool.class).keyStats().keys())
                .filteredOn(key -> key.key().equals("Key #1"))
                .singleElement()
                .satisfies(key -> {
                    assertThat(key.usable()).isFalse();
                    assertThat(key.failed()).isPositive();
                });
    }

    private static ChatClient chat() {
        return context.getBean(ChatClient.Builder.class).build();
    }

    private static List<String> servedBy() {
        return SIMULATOR.requests().stream()
                .filter(request -> request.status() == 200)
                .map(RequestRecord::key)
                .toList();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
