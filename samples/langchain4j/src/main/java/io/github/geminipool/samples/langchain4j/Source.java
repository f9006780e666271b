package io.github.geminipool.samples.langchain4j;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys and the API that answers.
 *
 * @param keys keys for the pool
 * @param baseUrl base URL of the Gemini API, without a path
 * @param simulator the simulator, or null if Google answers
 */
record Source(List<ApiKey> keys, URI baseUrl, @Nullable GeminiSimulator simulator) implements AutoCloseable {

    /**
     * Returns Google with these keys, or an embedded Gemini simulator if there are none.
     *
     * @param keys comma-separated keys
     */
    static Source of(String keys) {
        List<ApiKey> given = Stream.of(keys.split(","))
                .map(String::strip)
                .filter(key -> !key.isEmpty())
                .map(ApiKey::of)
                .toList();
        return given.isEmpty()
                ? simulated()
                : new Source(given, GeminiPoolSettings.DEFAULTS.http().baseUrl(), null);
    }

    private static Source simulated() {
        GeminiSimulator simulator = GeminiSimulator.builder()
                .key("simulated-north")
                .key("simulated-south")
                .key("simulated-revoked", key -> key.state(KeyState.INVALID))
                .latency(Latency.uniform(Duration.ofMillis(40), Duration.ofMillis(120)))
                .streamGap(Latency.fixed(Duration.ofMillis(40)))
                .start();
        List<ApiKey> keys = Stream.of("revoked", "north", "south")
                .map(name -> ApiKey.of("simulated-" + name).named(name).inProject(name))
                .toList();
        return new Source(keys, URI.create(simulator.baseUrl()), simulator);
    }

    @Override
    public void close() {
        if (simulator != null) {
            simulator.close();
        }
    }
}
