package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import java.time.Duration;
import okhttp3.OkHttpClient;

/** Has a model of LangChain4j send its requests through a pool. Each model needs one of its own, since it is changed. */
public final class PooledHttpClientBuilder implements HttpClientBuilder {

    private final OkHttpClient pooled;
    private Duration connectTimeout;
    private Duration readTimeout;

    /**
     * Begins with the pool's timeouts, since those that LangChain4j takes otherwise are too short for a model that thinks.
     *
     * @param pooled that of {@code pool.httpClient()}
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

    /** Shares keys, connections and threads with the pool's client; only the timeouts are its own. */
    @Override
    public HttpClient build() {
        return new PooledHttpClient(pooled.newBuilder()
                .connectTimeout(connectTimeout)
                .readTimeout(readTimeout)
                .build());
    }
}
