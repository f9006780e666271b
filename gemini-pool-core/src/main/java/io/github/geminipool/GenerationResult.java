package io.github.geminipool;

import com.google.genai.types.GenerateContentResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A response or a failure, and how it came about.
 *
 * @param response the response; null if the call failed
 * @param failure the exception that {@link GeminiPool#generateContent(GenerationRequest)} would have thrown; null if
 *     there is a response
 * @param keyName the name of the key of the last attempt; null if no attempt was made
 * @param instanceIndex the instance of the last attempt in its model pool; -1 if no attempt was made
 * @param attempts how many attempts were made, on however many keys
 * @param waited how long the call waited for instances
 * @param elapsed how long it took in all
 */
public record GenerationResult(
        @Nullable GenerateContentResponse response,
        @Nullable RuntimeException failure,
        @Nullable String keyName,
        int instanceIndex,
        int attempts,
        Duration waited,
        Duration elapsed) {

    /** Checks that there is either a response or a failure. */
    public GenerationResult {
        if ((response == null) == (failure == null)) {
            throw new IllegalArgumentException("A result has either a response or a failure");
        }
    }

    /** Whether there is a response. */
    public boolean isSuccess() {
        return response != null;
    }

    /**
     * The response's text; null if it has none, such as a blocked one.
     *
     * @throws RuntimeException the failure, if there is no response
     */
    public @Nullable String text() {
        return orThrow().text();
    }

    /**
     * The response.
     *
     * @throws RuntimeException the failure, if there is none
     */
    public GenerateContentResponse orThrow() {
        if (failure != null) {
            throw failure;
        }
        if (response == null) {
            throw new IllegalStateException("neither response nor failure");
        }
        return response;
    }

    /** Shows how the call went, and no contents. */
    @Override
    public String toString() {
        return "GenerationResult["
                + (failure == null ? "success" : failure.getClass().getSimpleName()) + ", keyName="
                + keyName + ", instanceIndex=" + instanceIndex + ", attempts=" + attempts + ", waited=" + waited
                + ", elapsed=" + elapsed + "]";
    }
}
