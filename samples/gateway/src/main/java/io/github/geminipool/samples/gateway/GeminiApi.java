package io.github.geminipool.samples.gateway;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolConnectionDetails;
import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import io.github.geminipool.spi.CallOptions;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.springframework.stereotype.Component;

/** The Gemini API behind the pool. */
@Component
class GeminiApi {

    private final GeminiPool pool;
    private final HttpUrl baseUrl;
    private final ConcurrentMap<String, OkHttpClient> clients = new ConcurrentHashMap<>();

    GeminiApi(GeminiPool pool, GeminiPoolConnectionDetails details, GeminiPoolProperties properties) {
        this.pool = pool;
        URI baseUrl = details.getBaseUrl();
        this.baseUrl = HttpUrl.get(baseUrl == null ? properties.baseUrl() : baseUrl.toString());
    }

    HttpUrl baseUrl() {
        return baseUrl;
    }

    /** Returns the HTTP client that makes calls for a client of the gateway. */
    OkHttpClient http(GatewayClient client) {
        return clients.computeIfAbsent(client.name(), name -> pool.httpClient(CallOptions.NONE.withCaller(name)));
    }
}
