package io.github.geminipool.samples.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's SDK and Google's, side by side over one pool: each model's failure stays its own. */
@Timeout(60)
class OpenAiSdkTest {

    private static final String CHAT = "gemini-flash-latest";
    private static final String OTHER = "gemini-pro-latest";
    private static final String EMBEDDING = "gemini-embedding-001";

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("secret-one").key("secret-two").start();
    private GeminiPool pool = pool(settings -> settings);

    private GeminiPool pool(UnaryOperator<GeminiPoolSettings> changes) {
        return GeminiPool.builder()
                .key(ApiKey.of("secret-one").named("one").inProject("one"))
                .key(ApiKey.of("secret-two").named("two").inProject("two"))
                .settings(changes.apply(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl()))))
                .build();
    }

    private void reconfigure(UnaryOperator<GeminiPoolSettings> changes) {
        pool.close();
        pool = pool(changes);
    }

    @AfterEach
    void close() {
        assertThat(pool.stats().active()).as("leases that are left").isZero();
        pool.close();
        simulator.close();
    }

    private OpenAIClient openAi() {
        return PooledOpenAi.client(pool, URI.create(simulator.baseUrl()));
    }

    private static ChatCompletionCreateParams question(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Why are lamps round?")
                .build();
    }

    private String chat(String model) {
        return openAi().chat()
                .completions()
                .create(question(model))
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
    }

    private String stream(String model) {
        try (StreamResponse<ChatCompletionChunk> chunks =
                openAi().chat().completions().createStreaming(question(model))) {
            return chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
        }
    }

    private int embed(int texts) {
        List<String> input =
                IntStream.range(0, texts).mapToObj(i -> "text " + i).toList();
        return openAi().embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(EMBEDDING)
                        .inputOfArrayOfStrings(input)
                        .build())
                .data()
                .size();
    }

    private String plain(String model) {
        return String.valueOf(pool.client()
                .models
                .generateContent(model, "Why are lamps round?", null)
                .text());
    }

    private List<Integer> statuses() {
        return simulator.requests().stream().map(RequestRecord::status).toList();
    }

    @Test
    void everyFormIsServedAndCountedForItsModel() {
        assertThat(chat(CHAT)).contains("Why are lamps round?");
        assertThat(stream(CHAT)).contains("Why are lamps round?");
        assertThat(chat("models/" + OTHER)).contains("Why are lamps round?");
        assertThat(embed(3)).isEqualTo(3);
        assertThat(openAi().async()
                        .chat()
                        .completions()
                        .create(question(CHAT))
                        .join()
                        .choices())
                .hasSize(1);

        assertThat(pool.stats().models()).extracting(model -> model.model()).containsExactly(EMBEDDING, CHAT, OTHER);
        assertThat(pool.stats().model(CHAT).orElseThrow().attempts().total()).isEqualTo(3);
        assertThat(statuses()).containsOnly(200);
    }

    @Test
    void aDeadKeyIsReplacedInEveryForm() {
        simulator.keyState("secret-one", KeyState.INVALID);
        for (int i = 0; i < 3; i++) {
            assertThat(chat(CHAT)).contains("lamps");
            assertThat(stream(CHAT)).contains("lamps");
            assertThat(embed(1)).isEqualTo(1);
        }
        assertThat(statuses()).filteredOn(status -> status != 200).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void oneModelsFailureStaysItsOwn() {
        reconfigure(settings -> settings.withAcquireTimeout(Duration.ZERO));
        simulator.fault(Fault.when().model(CHAT).wire("429-free-rpd-with-36s-retrydelay.json"));

        assertThatThrownBy(() -> chat(CHAT))
                .isInstanceOf(OpenAIServiceException.class)
                .satisfies(e ->
                        assertThat(((OpenAIServiceException) e).statusCode()).isEqualTo(429));
        assertThatThrownBy(() -> stream(CHAT)).isInstanceOf(OpenAIServiceException.class);
        assertThatThrownBy(() -> plain(CHAT)).hasMessageContaining("429");

        assertThat(chat(OTHER)).contains("lamps");
        assertThat(stream(OTHER)).contains("lamps");
        assertThat(plain(OTHER)).contains("lamps");
        assertThat(embed(2)).isEqualTo(2);
    }

    @Test
    void aFallbackModelAnswersInTheBodysPlace() {
        reconfigure(settings -> settings.withModels(Map.of(CHAT, ModelSettings.DEFAULTS.withFallbacks(OTHER))));
        simulator.fault(Fault.when().model(CHAT).wire("404-model-closed-to-new-projects.json"));

        assertThat(chat(CHAT)).contains("Why are lamps round?");
        assertThat(stream("models/" + CHAT)).contains("Why are lamps round?");
        assertThat(simulator.requests().get(simulator.requests().size() - 1).model())
                .isEqualTo(OTHER);
    }

    @Test
    void eachTextOfABatchCounts() {
        simulator.addQuota(Quota.requestsPerMinute(100));
        reconfigure(settings ->
                settings.withLimits(Limits.NONE.withRequestsPerMinute(100)).withAcquireTimeout(Duration.ZERO));
        for (int i = 0; i < 4; i++) {
            assertThat(embed(50)).isEqualTo(50);
        }
        assertThatThrownBy(() -> embed(1))
                .isInstanceOf(OpenAIServiceException.class)
                .hasMessageContaining("429");
        assertThatThrownBy(() -> embed(101)).hasMessageContaining("400").hasMessageContaining("101 texts");
        assertThat(statuses()).hasSize(4).containsOnly(200);
    }
}
