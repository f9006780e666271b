package io.github.geminipool.samples.springai;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.adk.models.BaseLlm;
import com.google.adk.models.Gemini;
import com.google.adk.models.LlmRequest;
import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.EmbedContentResponse;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.Part;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.google.genai.GoogleGenAiChatModel;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** The examples of docs/integrations.md: the code between the markers is the guide's, and it works. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"gemini.pool.keys=", "gemini.pool.acquire-timeout=5s", "gemini.pool.retry.max-attempts=1"})
@Timeout(60)
class GuideExamplesTests {

    private static final Logger log = LoggerFactory.getLogger(GuideExamplesTests.class);
    private static final Path GUIDE = Path.of("../../docs/integrations.md");
    private static final List<Path> EXAMPLES = List.of(
            Path.of("src/test/java/io/github/geminipool/samples/springai/GuideExamplesTests.java"),
            Path.of("../langchain4j/src/test/java/io/github/geminipool/samples/langchain4j/GuideExamplesTest.java"));

    private final GeminiSimulator simulator = GeminiSimulator.builder()
            .key("first-secret")
            .key("second-secret")
            .key("customers-secret")
            .start();

    private final GeminiPool pool = builder()
            .key(ApiKey.of("first-secret").named("first").inProject("internal"))
            .key(ApiKey.of("second-secret").named("second").inProject("internal"))
            .build();

    private GeminiPoolBuilder builder() {
        return GeminiPool.builder().settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl())));
    }

    @AfterEach
    void close() {
        pool.close();
        simulator.close();
    }

    @Test
    void guideHasExactlyTheseExamples() throws IOException {
        List<String> examples = new ArrayList<>();
        for (Path source : EXAMPLES) {
            examples.addAll(find("(?ms)^ *// GUIDE [a-z0-9-]+\n(.*?)\n *// end$", source));
        }
        assertThat(examples).hasSizeGreaterThan(10);
        assertThat(find("(?ms)^```java\n(.*?)\n```$", GUIDE)).containsExactlyInAnyOrderElementsOf(examples);
    }

    private static List<String> find(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1).stripIndent())
                .toList();
    }

    /** Only compiled, because it would call Google. */
    static void plainSdk(String firstKey, String secondKey) {
        // GUIDE plain-sdk
        GeminiPool pool = GeminiPool.builder().key(firstKey).key(secondKey).build();
        Client client = pool.client(); // instead of Client.builder().apiKey(firstKey).build()
        // end
        log.info("{} {}", client, pool);
    }

    @Test
    void plainSdk() {
        Client client = pool.client();
        // GUIDE plain-sdk-calls
        GenerateContentResponse answer =
                client.models.generateContent("gemini-flash-latest", "Why is the sky blue?", null);
        EmbedContentResponse vector = client.models.embedContent("gemini-embedding-001", "Why is the sky blue?", null);
        // end
        assertThat(answer.text()).contains("sky");
        assertThat(vector.embeddings()).isPresent();
        assertThat(pool.stats().calls()).isEqualTo(2);
    }

    @Test
    void springAi(@Autowired ChatClient.Builder builder, @Autowired GeminiPool pool) {
        long before = pool.stats().calls();
        // GUIDE spring-ai
        ChatClient chat = builder.defaultSystem("Be brief.").build();
        String answer = chat.prompt("Why is the sky blue?").call().content();
        // end
        assertThat(answer).contains("sky");
        assertThat(pool.stats().calls()).isEqualTo(before + 1);
    }

    @Test
    void adk() {
        Client client = pool.client();
        // GUIDE adk
        BaseLlm model = new Gemini("gemini-flash-latest", client); // for LlmAgent.builder().model(model)
        // end
        LlmRequest request = LlmRequest.builder()
                .contents(List.of(Content.fromParts(Part.fromText("Why is the sky blue?"))))
                .build();
        assertThat(model.generateContent(request, false).blockingFirst().content())
                .hasValueSatisfying(content -> assertThat(content.text()).contains("sky"));
        assertThat(model.generateContent(request, true).toList().blockingGet()).hasSizeGreaterThan(1);
        assertThat(pool.stats().calls()).isEqualTo(2);
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void customersOwnKeys() {
        String customersKey = "customers-secret";
        String prompt = "Why is the sky blue?";
        // GUIDE customers-keys
        pool.keys().add(ApiKey.of(customersKey).named("acme").inProject("acme"));
        GenerationRequest forAcme = GenerationRequest.of(prompt).onlyProjects("acme"); // only acme's keys
        GenerationRequest internal = GenerationRequest.of(prompt).onlyProjects("internal"); // no customer's keys
        // end
        for (int i = 0; i < 3; i++) {
            assertThat(pool.tryGenerateContent(forAcme).keyName()).isEqualTo("acme");
            assertThat(pool.tryGenerateContent(internal).keyName()).isIn("first", "second");
        }
        // GUIDE customers-keys-gone
        pool.keys().remove("acme");
        // end
        assertThat(pool.keys().names()).containsExactly("first", "second");
    }

    @Test
    void customersOwnKeysThroughLibraries() {
        String prompt = "Why is the sky blue?";
        pool.keys().add(ApiKey.of("customers-secret").named("acme").inProject("acme"));
        // GUIDE customers-view
        CallOptions acmes = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyProjects(Set.of("acme")));
        ChatModel model = GoogleGenAiChatModel.builder()
                .genAiClient(pool.client(acmes)) // for ADK: new Gemini("gemini-flash-latest", pool.client(acmes))
                .options(GoogleGenAiChatOptions.builder()
                        .model("gemini-flash-latest")
                        .build())
                .build();
        String answer = ChatClient.create(model).prompt(prompt).call().content();
        // end
        assertThat(answer).contains("sky");
        assertThat(ChatClient.create(model).prompt(prompt).stream()
                        .content()
                        .collectList()
                        .block())
                .isNotEmpty();
        BaseLlm adk = new Gemini("gemini-flash-latest", pool.client(acmes));
        LlmRequest request = LlmRequest.builder()
                .contents(List.of(Content.fromParts(Part.fromText(prompt))))
                .build();
        assertThat(adk.generateContent(request, false).blockingFirst().content())
                .isPresent();
        assertThat(adk.generateContent(request, true).toList().blockingGet()).isNotEmpty();
        assertThat(simulator.requestsByKey()).containsOnlyKeys("customers-secret");
    }

    @Test
    @SuppressWarnings("NullAway") // It does not see that a block may return null.
    void customersOwnKeysWithinABlock(@Autowired ChatClient.Builder builder, @Autowired GeminiPool pool) {
        String prompt = "Why is the sky blue?";
        ChatClient chat = builder.build();
        String project = pool.keys().names().get(0);
        CallOptions acmes = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyProjects(Set.of(project)));
        pool.resetStats();
        // GUIDE customers-block
        String answer = pool.within(
                acmes.withCaller("acme"), () -> chat.prompt(prompt).call().content());
        // end
        assertThat(answer).contains("sky");
        for (int i = 0; i < 3; i++) {
            pool.within(acmes, () -> chat.prompt(prompt).call().content());
        }
        assertThat(pool.keyStats().keys())
                .filteredOn(key -> key.project().equals(project))
                .singleElement()
                .satisfies(key -> assertThat(key.usage()).isEqualTo(4));
    }

    @Test
    void replicas() {
        GeminiPoolBuilder builder = builder().key("first-secret");
        // GUIDE replicas
        builder.settings(builder.settings()
                .withLimits(Limits.NONE.withRequestsPerMinute(60).withShare(0.25)));
        // end
        try (GeminiPool quarter = builder.build()) {
            quarter.generateContent("Why is the sky blue?");
            assertThat(builder.settings().limits().share()).isEqualTo(0.25);
        }
    }

    @Test
    void pythonGenerateContent() {
        String prompt = "Why is the sky blue?";
        String model = "gemini-flash-latest";
        // GUIDE python-generate-content
        // response, success = await pool.generate_content(prompt, model=model, temperature=0.9, max_retries=3)
        GenerationResult result = pool.tryGenerateContent(
                GenerationRequest.of(prompt).model(model).temperature(0.9f).maxAttempts(3));
        boolean success = result.isSuccess();
        String text = result.text();
        // end
        assertThat(success).isTrue();
        assertThat(text).contains("sky");
        // GUIDE python-async
        // asyncio.create_task(pool.generate_content(prompt)): the default model, without a blocked thread
        CompletableFuture<GenerationResult> later = pool.tryGenerateContentAsync(GenerationRequest.of(prompt));
        // end
        assertThat(later.join().isSuccess()).isTrue();
        // GUIDE python-gather
        // await asyncio.gather(*[pool.generate_content(p) for p in prompts]): in order, including failures
        List<GenerationResult> results = pool.generateAll(
                List.of(GenerationRequest.of("Why is the sky blue?"), GenerationRequest.of("And the sea?")));
        // end
        assertThat(results).hasSize(2).allMatch(GenerationResult::isSuccess);
    }

    @Test
    void pythonCreateChat() {
        String model = "gemini-flash-latest";
        // GUIDE python-create-chat
        // chat, instance = await pool.create_chat(model); await chat.send_message("My name is Ada.")
        PooledChat chat = pool.createChat(model);
        int instance = chat.instanceIndex();
        chat.send("My name is Ada.");
        // end
        assertThat(instance).isNotNegative();
        assertThat(chat.send("What is my name?").text()).contains("Ada");
    }

    @Test
    void pythonExhausted() {
        simulator.removeKey("first-secret");
        simulator.removeKey("second-secret");
        String prompt = "Why is the sky blue?";
        Duration wait = Duration.ZERO;
        // GUIDE python-exhausted
        // except AllKeysExhausted
        try {
            pool.generateContent(prompt);
        } catch (PoolExhaustedException e) {
            wait = e.retryAfter();
            log.warn("No key is available for {}: {}", wait, e.getMessage());
        }
        // end
        assertThat(wait).isPositive();
    }

    @Test
    void pythonStatistics() {
        pool.generateContent("Why is the sky blue?");
        // GUIDE python-pool-stats
        // stats = pool.get_pool_stats(): size, active and unusable instances, usage and usage by key, per model
        for (ModelStats model : pool.stats().models()) {
            log.info(
                    "{}: {} instances, {} active, {} without a usable key, {} attempts, by key {}",
                    model.model(),
                    model.size(),
                    model.active(),
                    model.errorInstances(),
                    model.usage(),
                    model.keyUsage());
        }
        // end
        assertThat(pool.stats().models()).hasSize(1);
        // GUIDE python-key-stats
        // stats = pool.get_key_stats(): usage, errors by type, average time and error rate, per key
        for (KeyUsage key : pool.keyStats().keys()) {
            log.info(
                    "{}: {} attempts, failures {}, {} on average, error rate {}",
                    key.key(),
                    key.usage(),
                    key.attempts().failures(),
                    key.attempts().latency().mean(),
                    key.errorRate());
        }
        // end
        // GUIDE python-reset
        // pool.reset_pool(model); pool.reset_all(); pool.reset_stats()
        pool.reset("gemini-flash-latest");
        pool.reset(); // also reloads the keys
        pool.resetStats();
        // end
        assertThat(pool.stats().calls()).isZero();
    }

    @Test
    void pythonKeys() {
        String newKey = "third-secret";
        // GUIDE python-add-key
        // API_KEYS.append(new_key) and a restart
        pool.keys().add(ApiKey.of(newKey).named("third").inProject("internal"));
        pool.keys().replace("first", Secret.of("another-secret"));
        // end
        assertThat(pool.keys().names()).containsExactly("first", "second", "third");
        assertThat(simulator.requests()).extracting(RequestRecord::key).doesNotContain("another-secret");
    }
}
