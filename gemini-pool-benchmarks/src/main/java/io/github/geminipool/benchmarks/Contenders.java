package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import java.net.URI;

/** The clients compared over loopback: Google's client with one key, and the pool's with several. */
final class Contenders implements AutoCloseable {

    static final String MODEL = "gemini-flash-latest";
    static final String PROMPT = "Why is the sky blue?";

    final GeminiPool pool;
    final Client bare;

    /** Creates both. The pool has one instance per caller, so that its cost is compared rather than its limit. */
    Contenders(String baseUrl, int keys, int callers) {
        var builder = GeminiPool.builder();
        for (int i = 0; i < keys; i++) {
            builder.key(SimulatorProcess.secret(i));
        }
        pool = builder.settings(
                        builder.settings().withBaseUrl(URI.create(baseUrl)).withSize(callers))
                .build();
        bare = Client.builder()
                .apiKey(SimulatorProcess.secret(0))
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(baseUrl)
                        .apiVersion("v1beta")
                        .build())
                .build();
    }

    Client pooled() {
        return pool.client();
    }

    static void call(Client client) {
        client.models.generateContent(MODEL, PROMPT, null);
    }

    @Override
    public void close() {
        pool.close();
        bare.close();
    }
}
