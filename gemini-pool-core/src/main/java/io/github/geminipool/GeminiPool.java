package io.github.geminipool;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;

/** STUB: the implementation follows; the signatures are these. */
@SuppressWarnings("DoNotCallSuggester")
public final class GeminiPool implements AutoCloseable {

    GeminiPool(GeminiPoolBuilder builder) {}

    /** Starts building a pool. */
    public static GeminiPoolBuilder builder() {
        return new GeminiPoolBuilder();
    }

    /** Generates. */
    public GenerateContentResponse generateContent(String prompt) {
        throw new UnsupportedOperationException();
    }

    /** Generates. */
    public GenerateContentResponse generateContent(GenerationRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Generates. */
    public GenerationResult tryGenerateContent(GenerationRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Generates. */
    public CompletableFuture<GenerateContentResponse> generateContentAsync(GenerationRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Generates; the future never fails but by cancellation. */
    public CompletableFuture<GenerationResult> tryGenerateContentAsync(GenerationRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Generates; blocks until the first event. */
    public GenerationStream generateContentStream(GenerationRequest request) {
        throw new UnsupportedOperationException();
    }

    /** A plain client over the pool. */
    public Client client() {
        throw new UnsupportedOperationException();
    }

    /** The HTTP client. */
    public OkHttpClient httpClient() {
        throw new UnsupportedOperationException();
    }

    /** Statistics. */
    public PoolStats stats() {
        throw new UnsupportedOperationException();
    }

    /** Statistics of keys. */
    public KeyStats keyStats() {
        throw new UnsupportedOperationException();
    }

    /** Makes a model's pool anew. */
    public boolean reset(String model) {
        throw new UnsupportedOperationException();
    }

    /** Makes all model pools anew. */
    public void reset() {
        throw new UnsupportedOperationException();
    }

    /** Forgets the statistics. */
    public void resetStats() {
        throw new UnsupportedOperationException();
    }

    /** Closes; running calls may end within 30 s. */
    @Override
    public void close() {
        close(Duration.ofSeconds(30));
    }

    /** Closes; running calls may end within a time. */
    public void close(Duration gracePeriod) {
        throw new UnsupportedOperationException();
    }
}
