package io.github.geminipool.simulator;

import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import java.util.List;
import okhttp3.OkHttpClient;

/** The real SDK connected to a simulator, with retries disabled. */
final class Sdk {
    private Sdk() {}

    static Client client(GeminiSimulator simulator, String key) {
        return client(simulator, key, "v1beta");
    }

    static Client client(GeminiSimulator simulator, String key, String version) {
        return client(
                simulator,
                key,
                version,
                new OkHttpClient.Builder().retryOnConnectionFailure(false).build());
    }

    static Client client(GeminiSimulator simulator, String key, String version, OkHttpClient http) {
        HttpRetryOptions once = HttpRetryOptions.builder()
                .attempts(1)
                .httpStatusCodes(List.of())
                .build();
        return Client.builder()
                .apiKey(key)
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(simulator.baseUrl())
                        .apiVersion(version)
                        .retryOptions(once)
                        .build())
                .clientOptions(ClientOptions.builder().customHttpClient(http).build())
                .build();
    }
}
