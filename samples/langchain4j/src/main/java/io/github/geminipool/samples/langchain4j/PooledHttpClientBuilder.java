package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import java.time.Duration;
import okhttp3.OkHttpClient;

/** Makes a LangChain4j model send its requests through a pool. Mutable, so each model needs its own builder. */
public final class PooledHttpClientBuilder implements HttpClientBuilder {

    private final OkHttpClient pooled;
    private Duration connectTimeout;
    private Duration readTimeout;

    /**
     * Creates a builder with the pool's timeouts, because LangChain4j's defaults are too short for thinking models.
     *
     * @param pooled the client from {@code pool.httpClient()}
     */
    public PooledHttpClientBuilder(OkHttpClient pooled) {
        this.pooled = pooled;
        this.connectTimeout = Duration.ofMillis(pooled.connectTimeoutMillis());
        this.readTimeout = Duration.ofMillis(pooled.readTimeoutMillis());
    }

    @Override
    public Duration connectTimeout() {
        return connectTimeout;
    }

    @Override
    public PooledHttpClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    @Override
    public Duration readTimeout() {
        return readTimeout;
    }

    @Override
    public PooledHttpClientBuilder readTimeout(Duration timeout) {
        readTimeout = timeout;
        return this;
    }

    /** Builds a client that shares keys, connections and threads with the pool's client and differs only in its timeouts. */
    @Override
    public HttpClient build() {
        return new PooledHttpClient(pooled.newBuilder()
                .connectTimeout(connectTimeout)
                .readTimeout(readTimeout)
                .build());
    }
}
