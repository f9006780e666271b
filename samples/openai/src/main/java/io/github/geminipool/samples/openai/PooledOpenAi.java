package io.github.geminipool.samples.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;
import io.github.geminipool.GeminiPool;
import java.net.URI;

/** OpenAI clients for Gemini's models, each of whose calls gets a key of the pool. */
public final class PooledOpenAi {

    private PooledOpenAi() {}

    /**
     * Returns a client. Closing it leaves the pool open.
     *
     * @param baseUrl the pool's base URL, without a path
     */
    public static OpenAIClient client(GeminiPool pool, URI baseUrl) {
        return new OpenAIClientImpl(ClientOptions.builder()
                .httpClient(new PooledHttpClient(pool.httpClient()))
                .baseUrl(baseUrl.resolve("/v1beta/openai/").toString())
                // Required by the SDK; the pool replaces it.
                .apiKey("of-the-pool")
                // The pool retries.
                .maxRetries(0)
                .build());
    }
}
