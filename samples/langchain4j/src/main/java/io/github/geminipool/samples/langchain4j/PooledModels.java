package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.googleai.GoogleAiEmbeddingModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import io.github.geminipool.GeminiPool;
import java.net.URI;

/** LangChain4j's own models of Gemini, whose requests go through a pool. */
final class PooledModels {

    /** LangChain4j wants one; the pool puts the key of each attempt in its place. */
    private static final String PLACEHOLDER = "of-the-pool";

    private final GeminiPool pool;
    private final String baseUrl;

    /**
     * Models over a pool.
     *
     * @param baseUrl that of the pool, since it sends to no other host
     */
    PooledModels(GeminiPool pool, URI baseUrl) {
        this.pool = pool;
        this.baseUrl = baseUrl + "/v1beta";
    }

    /** Answers that come whole. LangChain4j does not repeat, since the pool does. */
    ChatModel chat(String name) {
        return GoogleAiGeminiChatModel.builder()
                .httpClientBuilder(new PooledHttpClientBuilder(pool.httpClient()))
                .baseUrl(baseUrl)
                .apiKey(PLACEHOLDER)
                .modelName(name)
                .maxRetries(0)
                .build();
    }

    /** Answers as they come. */
    StreamingChatModel streamingChat(String name) {
        return GoogleAiGeminiStreamingChatModel.builder()
                .httpClientBuilder(new PooledHttpClientBuilder(pool.httpClient()))
                .baseUrl(baseUrl)
                .apiKey(PLACEHOLDER)
                .modelName(name)
                .build();
    }

    /** Embeddings. */
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
