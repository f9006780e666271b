package io.github.geminipool.samples.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The LangChain4j example of docs/integrations.md; GuideExamplesTests in samples/spring-ai has the others and compares all. */
@Timeout(60)
class GuideExamplesTest {

    @Test
    void langChain4j() {
        try (GeminiSimulator simulator =
                        GeminiSimulator.builder().key("a-secret").start();
                GeminiPool pool = GeminiPool.builder()
                        .key("a-secret")
                        .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl())))
                        .build()) {
            String baseUrl = simulator.baseUrl();
            // GUIDE langchain4j
            ChatModel model = GoogleAiGeminiChatModel.builder()
                    .httpClientBuilder(new PooledHttpClientBuilder(pool.httpClient()))
                    .baseUrl(baseUrl
                            + "/v1beta") // https://generativelanguage.googleapis.com, unless configured otherwise
                    .apiKey("of-the-pool") // required by LangChain4j; the pool replaces it
                    .modelName("gemini-flash-latest")
                    .maxRetries(0) // the pool retries
                    .build();
            String answer = model.chat("Why is the sky blue?");
            // end
            assertThat(answer).contains("sky");
            assertThat(simulator.requestsByKey()).containsEntry("a-secret", 1L);
        }
    }

    @Test
    void customersOwnKeys() {
        try (GeminiSimulator simulator = GeminiSimulator.builder()
                        .key("a-secret")
                        .key("customers-secret")
                        .start();
                GeminiPool pool = GeminiPool.builder()
                        .key("a-secret")
                        .key(ApiKey.of("customers-secret").named("acme").inProject("acme"))
                        .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl())))
                        .build()) {
            CallOptions acmes = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyProjects(Set.of("acme")));
            // GUIDE customers-langchain4j
            HttpClientBuilder acmesClient = new PooledHttpClientBuilder(pool.httpClient(acmes));
            // end
            ChatModel model = GoogleAiGeminiChatModel.builder()
                    .httpClientBuilder(acmesClient)
                    .baseUrl(simulator.baseUrl() + "/v1beta")
                    .apiKey("of-the-pool")
                    .modelName("gemini-flash-latest")
                    .maxRetries(0)
                    .build();
            for (int i = 0; i < 3; i++) {
                assertThat(model.chat("Why is the sky blue?")).contains("sky");
            }
            assertThat(simulator.requestsByKey()).containsOnlyKeys("customers-secret");
        }
    }
}
