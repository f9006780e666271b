package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.spi.ServiceTier;
import io.github.geminipool.stats.CallerStats;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.adapter.JdkFlowAdapter;

/** Runs the examples of README.md and of the pages in docs. The code between the markers is the code there. */
@SpringBootTest(properties = {"gemini.pool.keys=first-secret,second-secret", "gemini.pool.acquire-timeout=5s"})
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class DocsExamplesTests {

    private static final Logger log = LoggerFactory.getLogger(DocsExamplesTests.class);

    private static final Path DOCS = Path.of("../docs");
    // Their examples are in tests of other modules; those of the gateway are for other languages too.
    private static final Set<String> OTHERS = Set.of("gateway.md", "integrations.md", "replicas.md");
    private static final Path TESTS = Path.of("src/test/java/io/github/geminipool/autoconfigure");
    private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

    @RegisterExtension
    static final GeminiSimulatorExtension SIMULATOR = GeminiSimulatorExtension.with(
            simulator -> simulator.key("first-secret").key("second-secret"));

    private final GeminiPool pool;
    private final GenerationRequest request = GenerationRequest.of("Why is the sky blue?");

    DocsExamplesTests(@Autowired GeminiPool pool) {
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
    void pagesHaveExactlyTheseExamples() throws IOException {
        Set<String> blocks = new HashSet<>(javaBlocks(Path.of("../README.md")));
        try (Stream<Path> pages = Files.list(DOCS)) {
            for (Path page : (Iterable<Path>) pages::iterator) {
                String name = page.getFileName().toString();
                if (name.endsWith(".md") && !OTHERS.contains(name)) {
                    blocks.addAll(javaBlocks(page));
                }
            }
        }
        Set<String> examples = new HashSet<>();
        for (String tests : List.of("DocsExamplesTests.java", "DocsSpringTests.java", "DocsWebTests.java")) {
            examples.addAll(find("(?ms)^ *// DOCS\n(.*?)\n *// end$", TESTS.resolve(tests)));
        }
        assertThat(blocks).hasSizeGreaterThan(20).containsExactlyInAnyOrderElementsOf(examples);
    }

    private static List<String> javaBlocks(Path page) throws IOException {
        return find("(?ms)^```java\n(.*?)\n```$", page);
    }

    @Test
    void pageListsAllPropertiesWithTheirDefaults() throws IOException {
        List<String> properties = new ArrayList<>();
        for (JsonNode property : new ObjectMapper().readTree(METADATA.toFile()).path("properties")) {
            String name = property.path("name").asText().replaceFirst("^gemini\\.pool\\.", "");
            String value = property.path("defaultValue").asText();
            // Spring Boot generates the properties of the endpoint; fields of entries are told with their lists.
            if (!name.startsWith("management.") && !name.contains("[]")) {
                properties.add("`" + name + "` | " + (value.isEmpty() ? "" : "`" + value + "` ") + "|");
            }
        }
        assertThat(find("(?m)^\\| (`[a-z.-]+` \\| (?:`\\S+` )?\\|) ", DOCS.resolve("configuration.md")))
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
    void textFromAPrompt() {
        // DOCS
        String answer = pool.generateContent("Why is the sky blue?").text();
        // end
        assertThat(answer).contains("sky");
    }

    @Test
    void serviceTiers() {
        GenerationRequest request = GenerationRequest.of("Write a haiku about rate limits.");
        // DOCS
        // Half the price, within minutes, if there is capacity; else standard: such a request may be billed twice.
        GenerationRequest cheap = request.serviceTier(ServiceTier.FLEX).upgradeAfter(Duration.ofMinutes(2));
        GenerationResult urgent = pool.tryGenerateContent(request.serviceTier(ServiceTier.PRIORITY));
        String served = urgent.serviceTier(); // or "standard"
        // end
        assertThat(pool.generateContent(cheap).text()).contains("haiku");
        assertThat(served).isNotNull();
    }

    @Test
    void requestWithOptions() {
        // DOCS
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
        // DOCS
        GenerationRequest own = request.onlyProjects("first-customer"); // never uses other keys, even if these fail
        GenerationRequest other = request.notKeys("shop-2").preferredProject("shop"); // uses shop while it is available
        // end
        assertThat(pool.tryGenerateContent(own).failure())
                .hasMessageContaining("the pool has no key that the request accepts");
        assertThat(pool.tryGenerateContent(other).isSuccess()).isTrue();
    }

    @Test
    void chat(CapturedOutput output) {
        // DOCS
        PooledChat chat = pool.createChat("gemini-flash-latest");
        chat.send("My name is Ada.");
        String answer = chat.send("What is my name?").text();
        log.info("{}, said {} on instance {}", answer, chat.keyName(), chat.instanceIndex());
        // end
        // DOCS
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
        // DOCS
        List<GenerationRequest> requests =
                prompts.stream().map(GenerationRequest::of).toList();
        List<GenerationResult> results = pool.generateAll(requests, p -> bar.add(p.done() + " of " + p.total()));
        // end
        assertThat(results).extracting(GenerationResult::isSuccess).containsExactly(true, true);
        assertThat(bar).endsWith("2 of 2");
        BufferedReader reader = new BufferedReader(new StringReader(String.join("\n", prompts)));
        // DOCS
        GenerationBatch batch = pool.generateAll(
                        reader.lines().map(GenerationRequest::of).iterator())
                .onProgress(p -> log.info("{} done, {} failed, {} a second", p.done(), p.failed(), p.rate()));
        batch.forEach(result -> System.out.println(result.isSuccess() ? result.text() : result.failure()));
        // end
        assertThat(output).contains("dark at night").contains("2 done, 0 failed");
    }

    @Test
    void callersAndPriorities() {
        String prompt = "Why is the sky blue?";
        // DOCS
        pool.generateContent(GenerationRequest.of(prompt).caller("user-42"));
        pool.generateContent(GenerationRequest.of(prompt).caller("import").priority(Priority.BACKGROUND));
        // end
        assertThat(pool.stats().callers()).extracting(CallerStats::caller).contains("user-42", "import");
    }

    @ParameterizedTest
    @EnumSource(names = {"VALID", "LEAKED"})
    void resultsInsteadOfExceptions(KeyState state, CapturedOutput output) {
        setAll(state);
        // DOCS
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
        // DOCS
        CompletableFuture<String> answer = pool.generateContentAsync(request).thenApply(GenerateContentResponse::text);
        // end
        assertThat(answer.join()).contains("sky");
        assertThat(pool.tryGenerateContentAsync(request).join().isSuccess()).isTrue();
    }

    @Test
    void streaming(CapturedOutput output) {
        // DOCS
        try (GenerationStream stream = pool.generateContentStream(request)) {
            stream.forEach(part -> System.out.print(part.text()));
        }
        // end
        assertThat(output).contains("the sky blue?");
    }

    @Test
    void publisher() {
        // DOCS
        Flow.Publisher<GenerateContentResponse> story = pool.generateContentPublisher("Tell me a story.");
        // end
        assertThat(JdkFlowAdapter.flowPublisherToFlux(story).blockLast()).isNotNull();
    }

    @Test
    void otherLibraries(CapturedOutput output) throws IOException {
        String baseUrl = SIMULATOR.baseUrl();
        // DOCS
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

    private static void setAll(KeyState state) {
        SIMULATOR.simulator().keyState("first-secret", state);
        SIMULATOR.simulator().keyState("second-secret", state);
    }

    @Test
    void statistics(CapturedOutput output) {
        pool.generateContent(request);
        // DOCS
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
        // DOCS
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
        // DOCS
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
        // DOCS
        GeminiPoolBuilder builder = GeminiPool.builder()
                .key(ApiKey.of(firstKey).named("shop").inProject("shop"))
                .key(ApiKey.of(secondKey).named("reserve").inProject("reserve"))
                .project(new Project("reserve", "backup", 1, 1.0))
                .settings(GeminiPoolSettings.DEFAULTS.withSize(20));
        // end
        builder.settings(builder.settings().withBaseUrl(URI.create(SIMULATOR.baseUrl())));
        // DOCS
        try (GeminiPool pool = builder.build()) {
            System.out.println(pool.generateContent("Why is the sky blue?").text());
        }
        // end
        assertThat(SIMULATOR.simulator().requestsByKey()).containsOnlyKeys("first-secret");
    }
}
