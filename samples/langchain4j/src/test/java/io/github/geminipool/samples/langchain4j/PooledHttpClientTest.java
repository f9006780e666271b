package io.github.geminipool.samples.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.RequestRecord;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LangChain4j's own models with the adapter, checked by what arrives at the simulator. */
@Timeout(60)
class PooledHttpClientTest {

    private static final String MODEL = "gemini-flash-latest";
    private static final String QUESTION = "Why is the sky blue?";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(
            simulator -> simulator.key("first-secret").key("second-secret"));

    private GeminiSimulator simulator;
    private GeminiPool pool;
    private PooledModels models;

    @BeforeEach
    void start(GeminiSimulator running) {
        simulator = running;
        pool = GeminiPool.builder()
                .key(ApiKey.of("first-secret").named("first"))
                .key(ApiKey.of("second-secret").named("second"))
                .settings(GeminiPoolSettings.DEFAULTS
                        .withBaseUrl(URI.create(running.baseUrl()))
                        .withSelection(Selection.ROUND_ROBIN))
                .build();
        models = new PooledModels(pool, URI.create(running.baseUrl()));
    }

    @AfterEach
    void noLeaseIsLeaked() {
        untilIdle(pool);
        pool.close();
    }

    @Test
    void callFailsOverToAnotherKey() {
        simulator.keyState("first-secret", KeyState.LEAKED);
        ChatModel model = models.chat(MODEL);
        for (int i = 0; i < 3; i++) {
            assertThat(model.chat(QUESTION)).contains(QUESTION);
        }
        assertThat(simulator.requests().stream().filter(request -> request.status() == 200))
                .extracting(RequestRecord::key)
                .containsExactly("second-secret", "second-secret", "second-secret");
        assertThat(simulator.requestsByKey())
                .as("attempts with a leaked key")
                .isEqualTo(Map.of("first-secret", 1L, "second-secret", 3L));
    }

    @Test
    void requestIsLangChain4jsOwn() {
        models.chat(MODEL).chat(QUESTION);
        assertThat(simulator.requests()).singleElement().satisfies(request -> {
            assertThat(request.path()).isEqualTo("/v1beta/models/" + MODEL + ":generateContent");
            assertThat(request.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("user-agent", "LangChain4j");
        });
    }

    @Test
    void embeddingsUseThePoolToo() {
        EmbeddingModel model = models.embedding("gemini-embedding-001");
        assertThat(model.embed(QUESTION).content().vector()).isNotEmpty();
        assertThat(model.embedAll(List.of(TextSegment.from("one"), TextSegment.from("two")))
                        .content())
                .hasSize(2);
        assertThat(pool.stats().calls()).isEqualTo(2);
    }

    @Test
    void overloadIsRetriedByThePoolAndNotByLangChain4j() {
        simulator.fault(Fault.when().respond(503));
        assertThatThrownBy(() -> models.chat(MODEL).chat(QUESTION)).hasMessageContaining("high demand");
        assertThat(pool.stats().calls()).isEqualTo(1);
        assertThat(simulator.requestCount()).isBetween(2L, 3L);
    }

    @Test
    void noAvailableKeyIsLangChain4jsRateLimit() {
        simulator.keyState("first-secret", KeyState.LEAKED);
        simulator.keyState("second-secret", KeyState.LEAKED);
        assertThatThrownBy(() -> models.chat(MODEL).chat(QUESTION))
                .isInstanceOf(RateLimitException.class)
                .hasMessageContaining("leaked")
                .hasMessageNotContaining("-secret");
    }

    @Test
    void silentServerIsATimeout() {
        simulator.fault(Fault.when().hang());
        HttpClient client = new PooledHttpClientBuilder(pool.httpClient())
                .readTimeout(Duration.ofMillis(50))
                .build();
        assertThatThrownBy(() -> client.execute(request(HttpMethod.POST, ":countTokens")))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void timeoutsAreThePoolsUnlessSetOnTheModel() {
        PooledHttpClientBuilder builder = new PooledHttpClientBuilder(pool.httpClient());
        assertThat(builder.readTimeout())
                .isEqualTo(GeminiPoolSettings.DEFAULTS.http().readTimeout());
        assertThat(builder.connectTimeout())
                .isEqualTo(GeminiPoolSettings.DEFAULTS.http().connectTimeout());
        assertThat(builder.connectTimeout(Duration.ofSeconds(1)).connectTimeout())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void getWithoutABodyWorks() {
        HttpClient client = new PooledHttpClientBuilder(pool.httpClient()).build();
        assertThat(client.execute(request(HttpMethod.GET, "")).body()).contains("models/" + MODEL);
    }

    @Test
    void formsAreRejected() {
        HttpClient client = new PooledHttpClientBuilder(pool.httpClient()).build();
        HttpRequest form = HttpRequest.builder()
                .method(HttpMethod.POST)
                .url(simulator.baseUrl() + "/upload/v1beta/files")
                .addFormDataField("name", "value")
                .build();
        assertThatThrownBy(() -> client.execute(form)).isInstanceOf(UnsupportedOperationException.class);
    }

    private HttpRequest request(HttpMethod method, String verb) {
        HttpRequest.Builder builder =
                HttpRequest.builder().method(method).url(simulator.baseUrl() + "/v1beta/models/" + MODEL + verb);
        return (method == HttpMethod.GET ? builder : builder.body("{\"contents\":[{\"parts\":[{\"text\":\"a\"}]}]}"))
                .build();
    }

    @Test
    void streamFailsOverToAnotherKey() {
        simulator.keyState("first-secret", KeyState.LEAKED);
        simulator.fault(
                Fault.when().key("second-secret").nth(1).errorInStream(0, Framing.BARE, "503-high-demand.json"));
        Received received = new Received();
        models.streamingChat(MODEL).chat(QUESTION, received);
        assertThat(received.whole()).contains(QUESTION);
        assertThat(received.parts()).hasSizeGreaterThan(1);
        assertThat(simulator.requestsByKey()).containsEntry("first-secret", 1L).containsEntry("second-secret", 2L);
    }

    @Test
    void streamThatCannotStartFails() {
        simulator.keyState("first-secret", KeyState.LEAKED);
        simulator.keyState("second-secret", KeyState.LEAKED);
        Received received = new Received();
        models.streamingChat(MODEL).chat(QUESTION, received);
        assertThat(received.failure()).isInstanceOf(RateLimitException.class).hasMessageContaining("leaked");
    }

    @ParameterizedTest
    @EnumSource
    void errorInsideAStreamIsAFailure(Framing framing) {
        simulator.fault(Fault.when().errorInStream(2, framing, "503-high-demand.json"));
        Received received = new Received();
        models.streamingChat(MODEL).chat(QUESTION, received);
        assertThat(received.failure()).hasMessageContaining("high demand");
        assertThat(received.parts()).hasSize(2);
        assertThat(received.ends()).isEqualTo(1);
    }

    @Test
    void streamThatIsCutOffIsAFailure() {
        simulator.fault(Fault.when().cutStreamAfter(2));
        Received received = new Received();
        models.streamingChat(MODEL).chat(QUESTION, received);
        assertThat(received.failure()).isNotNull();
        assertThat(received.ends()).isEqualTo(1);
    }

    @Test
    void receivingThreadCanCancelTheStream() {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        Received received = new Received(context -> {
            context.streamingHandle().cancel();
            cancelled.complete(null);
        });
        models.streamingChat(MODEL).chat(QUESTION, received);
        within(cancelled);
        untilIdle(pool);
        assertThat(received.parts()).hasSize(1);
        assertThat(received.ends()).isZero();
    }

    @Test
    void anotherThreadCanCancelASilentStream() {
        CompletableFuture<PartialResponseContext> begun = new CompletableFuture<>();
        Received received = new Received(begun::complete);
        try (GeminiSimulator slow = GeminiSimulator.builder()
                        .key("first-secret")
                        .streamGap(Latency.fixed(Duration.ofHours(1)))
                        .start();
                GeminiPool other = GeminiPool.builder()
                        .key("first-secret")
                        .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(slow.baseUrl())))
                        .build()) {
            new PooledModels(other, URI.create(slow.baseUrl()))
                    .streamingChat(MODEL)
                    .chat(QUESTION, received);
            within(begun).streamingHandle().cancel();
            untilIdle(other);
        }
        assertThat(received.ends()).isZero();
    }

    private static <T> T within(CompletableFuture<T> future) {
        return future.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** The instance is released at the end of the body, slightly after LangChain4j has received the last part. */
    private static void untilIdle(GeminiPool pool) {
        while (pool.stats().active() > 0) {
            LockSupport.parkNanos(1_000_000);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }
}
