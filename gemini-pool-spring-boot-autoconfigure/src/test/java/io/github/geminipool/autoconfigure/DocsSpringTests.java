package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.stereotype.Service;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Runs the examples of README.md and docs that concern Spring, as {@link DocsExamplesTests} runs the others. */
@SpringBootTest(properties = {"gemini.pool.keys=first-secret,second-secret", "gemini.pool.acquire-timeout=5s"})
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class DocsSpringTests {

    @RegisterExtension
    static final GeminiSimulatorExtension SIMULATOR = GeminiSimulatorExtension.with(
            simulator -> simulator.key("first-secret").key("second-secret"));

    private final GeminiPool pool;
    private final GenerationRequest request = GenerationRequest.of("Why is the sky blue?");

    DocsSpringTests(@Autowired GeminiPool pool) {
        this.pool = pool;
    }

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry registry) {
        registry.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    @BeforeEach
    void reset() {
        pool.reset();
        pool.resetStats();
    }

    @Test
    void assistant(@Autowired Assistant assistant) {
        assertThat(assistant.answer("Why is the sky blue?")).contains("sky");
    }

    @Test
    void keysFromTheVault() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
                .withUserConfiguration(VaultConfiguration.class)
                .withBean(Vault.class, () -> path -> List.of(path + "-secret-1", path + "-secret-2"))
                .run(context -> assertThat(
                                context.getBean(GeminiPool.class).keyStats().keys())
                        .hasSize(2));
    }

    @Test
    void client(@Autowired Client client) {
        // DOCS
        long tokens = client.models
                .countTokens("gemini-flash-latest", "Why is the sky blue?", null)
                .totalTokens()
                .orElse(0);
        // end
        assertThat(tokens).isPositive();
        assertThat(pool.client()).isSameAs(client);
        assertThat(client.chats
                        .create("gemini-flash-latest")
                        .sendMessage("Why is the sky blue?")
                        .text())
                .contains("sky");
    }

    @Test
    void springAi(@Autowired ChatClient.Builder chatClientBuilder) {
        // DOCS
        ChatClient chat = chatClientBuilder.build();
        String answer = chat.prompt("Why is the sky blue?").call().content();
        // end
        assertThat(answer).contains("sky");
        assertThat(pool.stats().calls()).isPositive();
    }

    @Test
    void springRetry(CapturedOutput output) {
        GeminiSimulator simulator = SIMULATOR.simulator();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
                .withUserConfiguration(RetryListenerConfiguration.class)
                .withPropertyValues(
                        "gemini.pool.base-url=" + SIMULATOR.baseUrl(),
                        "gemini.pool.keys=first-secret",
                        "gemini.pool.retry.initial-delay=1ms")
                .run(context -> {
                    simulator.fault(Fault.when().first(1).respond(503));
                    context.getBean(GeminiPool.class).generateContent(request);
                });
        assertThat(output).contains("Attempt 1 to gemini-flash-latest failed: OVERLOADED");
    }

    @Test
    void ownRetryTemplate() {
        GeminiSimulator simulator = SIMULATOR.simulator();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
                .withUserConfiguration(RetryTemplateConfiguration.class)
                .withPropertyValues("gemini.pool.base-url=" + SIMULATOR.baseUrl(), "gemini.pool.keys=first-secret")
                .run(context -> {
                    simulator.resetLog();
                    simulator.fault(Fault.when().first(5).respond(503));
                    GenerationResult result =
                            context.getBean(GeminiPool.class).tryGenerateContent(request.maxAttempts(5));
                    assertThat(result.isSuccess()).isFalse();
                    assertThat(result.attempts()).hasSize(2);
                });
        simulator.clearFaults();
    }

    @Test
    void exhausted(@Autowired Problems problems, @Autowired Client client) {
        SIMULATOR.simulator().keyState("first-secret", KeyState.LEAKED);
        SIMULATOR.simulator().keyState("second-secret", KeyState.LEAKED);
        assertThatThrownBy(() -> pool.generateContent(request))
                .isInstanceOfSatisfying(PoolExhaustedException.class, e -> {
                    ResponseEntity<String> response = problems.exhausted(e);
                    assertThat(response.getStatusCode().value()).isEqualTo(429);
                    assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("86400");
                });
        assertThatThrownBy(() -> client.models.generateContent("gemini-flash-latest", "Hello", null))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.code()).isEqualTo(429));
    }
}

/** The application that contains the examples. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Assistant.class, Problems.class})
class DocsApplication {}

// DOCS
@Service
class Assistant {

    private final GeminiPool pool;

    Assistant(GeminiPool pool) {
        this.pool = pool;
    }

    String answer(String question) {
        return pool.generateContent(question).text();
    }
}
// end

interface Vault {
    List<String> read(String path);
}

@Configuration(proxyBeanMethods = false)
class VaultConfiguration {

    // DOCS
    @Bean
    GeminiPoolConnectionDetails keysFromTheVault(Vault vault) {
        return () -> vault.read("gemini").stream().map(ApiKey::of).toList();
    }
    // end
}

@Configuration(proxyBeanMethods = false)
class RetryListenerConfiguration {

    private static final Logger log = LoggerFactory.getLogger(RetryListenerConfiguration.class);

    // DOCS
    @Bean
    RetryListener retries() {
        return new RetryListener() {
            @Override
            public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> call, Throwable e) {
                log.info("Attempt {} to {} failed: {}", context.getRetryCount(), call.getLabel(), e.getMessage());
            }
        };
    }
    // end
}

@Configuration(proxyBeanMethods = false)
class RetryTemplateConfiguration {

    // DOCS
    @Bean
    RetryOperations geminiPoolRetryTemplate() {
        return RetryTemplate.builder().maxAttempts(2).fixedBackoff(100).build();
    }
    // end
}

// DOCS
@RestControllerAdvice
class Problems {

    @ExceptionHandler
    ResponseEntity<String> exhausted(PoolExhaustedException e) {
        return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(e.retryAfter().toSeconds()))
                .body("No Gemini key is available. Please try again later.");
    }
}
// end

// DOCS
@SpringBootTest
class AssistantTests {

    @RegisterExtension
    static final GeminiSimulatorExtension gemini = GeminiSimulatorExtension.with(simulator ->
            simulator.key("leaked-key", key -> key.state(KeyState.LEAKED)).key("good-key"));

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry registry) {
        registry.add("gemini.pool.base-url", gemini::baseUrl);
        registry.add("gemini.pool.keys", () -> "leaked-key,good-key");
    }

    @Test
    void answersAlthoughAKeyHasLeaked(@Autowired Assistant assistant, GeminiSimulator simulator) {
        assertThat(assistant.answer("Why is the sky blue?")).contains("sky");
        assertThat(simulator.requests())
                .last()
                .extracting(RequestRecord::key, RequestRecord::status)
                .containsExactly("good-key", 200);
    }
}
// end
