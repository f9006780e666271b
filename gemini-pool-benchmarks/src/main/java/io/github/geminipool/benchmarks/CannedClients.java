package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import io.github.geminipool.GeminiPool;
import okhttp3.OkHttpClient;

/** Two clients of Google's SDK with the same canned response: one with the pool, one without. */
final class CannedClients implements AutoCloseable {

    private static final int KEYS = 10;

    private final GeminiPool pool;
    final Client pooled;
    final Client bare;

    CannedClients() {
        var builder = GeminiPool.builder();
        for (int i = 0; i < KEYS; i++) {
            builder.key("secret-" + i);
        }
        pool = builder.build();
        CannedAnswer canned = new CannedAnswer();
        pooled = over(pool.httpClient().newBuilder().addInterceptor(canned).build());
        bare = over(new OkHttpClient.Builder().addInterceptor(canned).build());
    }

    GeminiPool pool() {
        return pool;
    }

    private static Client over(OkHttpClient http) {
        return Client.builder()
                .apiKey("the-bare-client-s")
                .vertexAI(false)
                .clientOptions(ClientOptions.builder().customHttpClient(http).build())
                .build();
    }

    @Override
    public void close() {
        pool.close();
    }
}
