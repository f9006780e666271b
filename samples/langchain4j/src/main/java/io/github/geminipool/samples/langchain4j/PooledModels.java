package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.googleai.GoogleAiEmbeddingModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import io.github.geminipool.GeminiPool;
import java.net.URI;

/** LangChain4j's Gemini models, with requests going through a pool. */
final class PooledModels {

    /** LangChain4j requires a key; the pool replaces it with the key of each attempt. */
    private static final String PLACEHOLDER = "of-the-pool";

    private final GeminiPool pool;
    private final String baseUrl;

    /**
     * Creates models that use a pool.
     *
     * @param baseUrl the pool's base URL; the pool sends keys to no other host
     */
    PooledModels(GeminiPool pool, URI baseUrl) {
        this.pool = pool;
        this.baseUrl = baseUrl + "/v1beta";
    }

    /** Creates a model for complete answers. LangChain4j must not retry because the pool does. */
    ChatModel chat(String name) {
        return GoogleAiGeminiChatModel.builder()
                .httpClientBuilder(new PooledHttpClientBuilder(pool.httpClient()))
                .baseUrl(baseUrl)
                .apiKey(PLACEHOLDER)
                .modelName(name)
                .maxRetries(0)
                .build();
    }

    /** Creates a streaming model. */
    StreamingChatModel streamingChat(String name) {
        return GoogleAiGeminiStreamingChatModel.builder()
                .httpClientBuilder(new PooledHttpClientBuilder(pool.httpClient()))
                .baseUrl(baseUrl)
                .apiKey(PLACEHOLDER)
                .modelName(name)
                .build();
    }

    /** Creates an embedding model. */
    EmbeddingModel embedding(String name) {
        return GoogleAiEmbeddingModel.builder()
                .httpClientBuilder(new PooledHttpClientBuilder(pool.httpClient()))
                .baseUrl(baseUrl)
                .apiKey(PLACEHOLDER)
                .modelName(name)
                .maxRetries(0)
                .build();
    }
}
