package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.PoolStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

/**
 * Runs the examples of README.md. The code between the markers is the code there. The class mirrors README.md, so it is one
 * file however long that gets.
 */
@SpringBootTest(properties = {"gemini.pool.keys=first-secret,second-secret", "gemini.pool.acquire-timeout=5s"})
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ReadmeExamplesTests {

    private static final Logger log = LoggerFactory.getLogger(ReadmeExamplesTests.class);

    private static final Path README = Path.of("../README.md");
    private static final Path THIS =
            Path.of("src/test/java/io/github/geminipool/autoconfigure/ReadmeExamplesTests.java");
    private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

    @RegisterExtension
    static final GeminiSimulatorExtension SIMULATOR = GeminiSimulatorExtension.with(
            simulator -> simulator.key("first-secret").key("second-secret"));

    private final GeminiPool pool;
    private final GenerationRequest request = GenerationRequest.of("Why is the sky blue?");

    ReadmeExamplesTests(@Autowired GeminiPool pool) {
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
    void readmeHasExactlyTheseExamples() throws IOException {
        List<String> blocks = find("(?ms)^```java\n(.*?)\n```$", README);
        List<String> examples = find("(?ms)^ *// README\n(.*?)\n *// end$", THIS);
        assertThat(blocks).isNotEmpty().containsExactlyInAnyOrderElementsOf(examples);
    }

    @Test
    void readmeListsAllPropertiesWithTheirDefaults() throws IOException {
        List<String> properties = new ArrayList<>();
        for (JsonNode property : new ObjectMapper().readTree(METADATA.toFile()).path("properties")) {
            String name = property.path("name").asText().replaceFirst("^gemini\\.pool\\.", "");
            String value = property.path("defaultValue").asText();
            // Spring Boot generates the properties of the endpoint.
            if (!name.startsWith("management.")) {
                properties.add("`" + name + "` | " + (value.isEmpty() ? "" : "`" + value + "` ") + "|");
            }
        }
        assertThat(find("(?m)^\\| (`[a-z.-]+` \\| (?:`\\S+` )?\\|) ", README))
                .containsExactlyInAnyOrderElementsOf(properties);
    }

    private static List<String> find(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1).stripIndent())
                .toList();
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
    void textFromAPrompt() {
        // README
        String answer = pool.generateContent("Why is the sky blue?").text();
        // end
        assertThat(answer).contains("sky");
    }

    @Test
    void requestWithOptions() {
        // README
        GenerationRequest request = GenerationRequest.of("Write a haiku about rate limits.")
                .model("gemini-flash-latest")
                .systemInstruction("You are a poet.")
                .temperature(0.9f)
                .maxAttempts(5)
                .acquireTimeout(Duration.ofSeconds(5))
                .deadline(Duration.ofSeconds(60));
        String haiku = pool.generateContent(request).text();
        // end
        assertThat(haiku).contains("haiku");
    }

    @Test
    void keysAndProjectsOfARequest() {
        // README
        GenerationRequest own = request.onlyProjects("first-customer"); // never uses other keys, even if these fail
        GenerationRequest other = request.notKeys("shop-2").preferredProject("shop"); // uses shop while it is available
        // end
        assertThat(pool.tryGenerateContent(own).failure())
                .hasMessageContaining("the pool has no key that the request accepts");
        assertThat(pool.tryGenerateContent(other).isSuccess()).isTrue();
    }

    @Test
    void chat(CapturedOutput output) {
        // README
        PooledChat chat = pool.createChat("gemini-flash-latest");
        chat.send("My name is Ada.");
        String answer = chat.send("What is my name?").text();
        log.info("{}, said {} on instance {}", answer, chat.keyName(), chat.instanceIndex());
        // end
        // README
        CompletableFuture<String> later = chat.sendAsync("And yours?").thenApply(GenerateContentResponse::text);
        try (GenerationStream stream = chat.sendStream("Tell me a story.")) {
            stream.forEach(part -> System.out.print(part.text()));
        }
        // end
        assertThat(answer).contains("What is my name?");
        assertThat(later.join()).contains("And yours?");
        assertThat(output).contains("on instance").contains("Tell me a story.");
        assertThat(chat.history().stream().map(Content::text))
                .containsSubsequence("My name is Ada.", "What is my name?", "And yours?", "Tell me a story.");
    }

    @Test
    void batches(CapturedOutput output) {
        List<String> prompts = List.of("Why is the sky blue?", "And why is it dark at night?");
        List<String> bar = new ArrayList<>();
        // README
        List<GenerationRequest> requests =
                prompts.stream().map(GenerationRequest::of).toList();
        List<GenerationResult> results = pool.generateAll(requests, p -> bar.add(p.done() + " of " + p.total()));
        // end
        assertThat(results).extracting(GenerationResult::isSuccess).containsExactly(true, true);
        assertThat(bar).endsWith("2 of 2");
        BufferedReader reader = new BufferedReader(new StringReader(String.join("\n", prompts)));
        // README
        GenerationBatch batch = pool.generateAll(
                        reader.lines().map(GenerationRequest::of).iterator())
                .onProgress(p -> log.info("{} done, {} failed, {} a second", p.done(), p.failed(), p.rate()));
        batch.forEach(result -> System.out.println(result.isSuccess() ? result.text() : result.failure()));
        // end
        assertThat(output).contains("dark at night").contains("2 done, 0 failed");
    }

    @ParameterizedTest
    @EnumSource(names = {"VALID", "LEAKED"})
    void resultsInsteadOfExceptions(KeyState state, CapturedOutput output) {
        setAll(state);
        // README
        GenerationResult result = pool.tryGenerateContent(request);
        if (result.isSuccess()) {
            log.info("{} answered: {}", result.keyName(), result.text());
        } else {
            log.warn("No answer after {}", result.attempts(), result.failure());
        }
        // end
        assertThat(output).contains(state == KeyState.VALID ? " answered: " : "No answer after [AttemptEnded[");
    }

    @Test
    void asynchronousCalls() {
        // README
        CompletableFuture<String> answer = pool.generateContentAsync(request).thenApply(GenerateContentResponse::text);
        // end
        assertThat(answer.join()).contains("sky");
        assertThat(pool.tryGenerateContentAsync(request).join().isSuccess()).isTrue();
    }

    @Test
    void streaming(CapturedOutput output) {
        // README
        try (GenerationStream stream = pool.generateContentStream(request)) {
            stream.forEach(part -> System.out.print(part.text()));
        }
        // end
        assertThat(output).contains("the sky blue?");
    }

    @Test
    void client(@Autowired Client client) {
        // README
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
        // README
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
    void otherLibraries(CapturedOutput output) throws IOException {
        String baseUrl = SIMULATOR.baseUrl();
        // README
        Request request = new Request.Builder()
                .url(baseUrl + "/v1beta/models/gemini-flash-latest:generateContent")
                .post(RequestBody.create(
                        "{\"contents\": [{\"parts\": [{\"text\": \"Hello\"}]}]}", MediaType.get("application/json")))
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            System.out.println(response.body().string());
        }
        // end
        assertThat(output).contains("candidates");
    }

    @Test
    void exhausted(@Autowired Problems problems, @Autowired Client client) {
        setAll(KeyState.LEAKED);
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

    private static void setAll(KeyState state) {
        SIMULATOR.simulator().keyState("first-secret", state);
        SIMULATOR.simulator().keyState("second-secret", state);
    }

    @Test
    void statistics(CapturedOutput output) {
        pool.generateContent(request);
        // README
        PoolStats stats = pool.stats();
        stats.model("gemini-flash-latest")
                .ifPresent(model -> log.info(
                        "{} of {} instances busy, {} calls waiting, attempts by key: {}",
                        model.active(),
                        model.size(),
                        model.waiting(),
                        model.keyUsage()));
        for (KeyUsage key : pool.keyStats().keys()) {
            log.info("{}: {} attempts, {} failed, usable: {}", key.key(), key.usage(), key.failed(), key.usable());
        }
        // end
        assertThat(output)
                .contains("0 of 10 instances busy, 0 calls waiting")
                .contains("Key #1: ")
                .contains("Key #2: ");
    }

    @Test
    void changingKeys() {
        String customersKey = "customers-key-1";
        String newKey = "new-key-1";
        GeminiPool pool = GeminiPool.builder()
                .key(ApiKey.of("shops-key-1").named("shop"))
                .key(ApiKey.of("reserves-key-1").named("reserve"))
                .build();
        // README
        pool.keys().add(ApiKey.of(customersKey).named("acme").inProject("acme"));
        pool.keys().replace("shop", Secret.of(newKey)); // keeps name and project, but no history
        pool.keys().disable("reserve"); // until it is enabled again
        pool.keys().enable("reserve"); // ends exclusions of the key, its project and its billing account
        pool.keys().remove("acme");
        // end
        assertThat(pool.keys().names()).containsExactly("shop", "reserve");
        pool.close();
    }

    @Test
    void resets() {
        setAll(KeyState.LEAKED);
        pool.tryGenerateContent(request);
        assertThat(pool.keyStats().usable()).isZero();
        // README
        pool.reset("gemini-flash-latest"); // resets this model's instances and ends exclusions for this model
        pool.reset(); // resets all models and ends all exclusions
        pool.resetStats(); // resets all statistics
        // end
        assertThat(pool.keyStats().usable()).isEqualTo(2);
        assertThat(pool.stats().calls()).isZero();
    }

    @Test
    void withoutSpring() {
        String firstKey = "first-secret";
        String secondKey = "second-secret";
        // README
        GeminiPoolBuilder builder = GeminiPool.builder()
                .key(ApiKey.of(firstKey).named("shop").inProject("shop"))
                .key(ApiKey.of(secondKey).named("reserve").inProject("reserve"))
                .project(new Project("reserve", "backup", 1, 1.0))
                .settings(GeminiPoolSettings.DEFAULTS.withSize(20));
        // end
        builder.settings(builder.settings().withBaseUrl(URI.create(SIMULATOR.baseUrl())));
        // README
        try (GeminiPool pool = builder.build()) {
            System.out.println(pool.generateContent("Why is the sky blue?").text());
        }
        // end
        assertThat(SIMULATOR.simulator().requestsByKey()).containsOnlyKeys("first-secret");
    }
}

/** The application that contains the examples. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Assistant.class, Problems.class})
class ReadmeApplication {}

// README
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

    // README
    @Bean
    GeminiPoolConnectionDetails keysFromTheVault(Vault vault) {
        return () -> vault.read("gemini").stream().map(ApiKey::of).toList();
    }
    // end
}

@Configuration(proxyBeanMethods = false)
class RetryListenerConfiguration {

    private static final Logger log = LoggerFactory.getLogger(RetryListenerConfiguration.class);

    // README
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

    // README
    @Bean
    RetryOperations geminiPoolRetryTemplate() {
        return RetryTemplate.builder().maxAttempts(2).fixedBackoff(100).build();
    }
    // end
}

// README
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

// README
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
