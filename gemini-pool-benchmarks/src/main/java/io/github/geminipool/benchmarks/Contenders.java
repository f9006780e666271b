package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import java.net.URI;

/** The two that are compared at loopback: Google's client as it comes, with one key, and the pool's with several. */
final class Contenders implements AutoCloseable {

    static final String MODEL = "gemini-flash-latest";
    static final String PROMPT = "Why is the sky blue?";

    final GeminiPool pool;
    final Client bare;

    /** Makes both. The pool has as many instances as there are callers: what is compared is its cost, not its limit. */
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
                .httpOptions(HttpOptions.builder().baseUrl(baseUrl).build())
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
