package io.github.geminipool;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A response or a failure, and how it came about.
 *
 * <pre>{@code
 * GenerationResult result = pool.tryGenerateContent(request);
 * String said = result.isSuccess() ? result.text() : "failed with " + result.failure();
 * log.info("{}, attempts: {}: {}", result.keyName(), result.attempts(), said);
 * }</pre>
 *
 * @param response the response; null if the call failed
 * @param failure the exception that {@link GeminiPool#generateContent(GenerationRequest)} would have thrown; null if
 *     there is a response
 * @param attempts the attempts in order, each with its key, instance and outcome; empty if none was made
 * @param decisions why each attempt got its key, and none of the others; empty unless the request asked for it with
 *     {@link GenerationRequest#explain()}
 * @param waited how long the call waited for instances
 * @param elapsed how long it took in all
 */
public record GenerationResult(
        @Nullable GenerateContentResponse response,
        @Nullable RuntimeException failure,
        List<AttemptEnded> attempts,
        List<KeyDecision> decisions,
        Duration waited,
        Duration elapsed) {

    /** Checks that there is either a response or a failure. */
    public GenerationResult {
        if ((response == null) == (failure == null)) {
            throw new IllegalArgumentException("A result has either a response or a failure");
        }
        attempts = List.copyOf(attempts);
        decisions = List.copyOf(decisions);
    }

    /** The model of the last attempt, which is another one than asked for where a fallback served; null if none was made. */
    public @Nullable String model() {
        return attempts.isEmpty() ? null : last().model();
    }

    /** The name of the key of the last attempt; null if no attempt was made. */
    public @Nullable String keyName() {
        return attempts.isEmpty() ? null : last().key();
    }

    /** The instance of the last attempt in its model pool; -1 if no attempt was made. */
    public int instanceIndex() {
        return attempts.isEmpty() ? -1 : last().instance();
    }

    private AttemptEnded last() {
        return attempts.get(attempts.size() - 1);
    }

    /** Whether there is a response. */
    public boolean isSuccess() {
        return response != null;
    }

    /**
     * The text of the response's first candidate; null if it has none, such as a blocked one. Unlike the SDK's
     * {@link GenerateContentResponse#text()} it does not throw for an answer that was broken off, of which the text is
     * what came.
     *
     * @throws RuntimeException the failure, if there is no response
     */
    public @Nullable String text() {
        return orThrow().candidates().orElse(List.of()).stream()
                .limit(1)
                .map(candidate -> candidate.content().map(Content::text).orElse(null))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
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
                + (failure == null ? "success" : failure.getClass().getSimpleName()) + ", model=" + model()
                + ", keyName="
                + keyName() + ", instanceIndex=" + instanceIndex() + ", attempts=" + attempts.size() + ", waited="
                + waited
                + ", elapsed=" + elapsed + "]";
    }
}
