package io.github.geminipool;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.stats.KeyDecision;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of a call: a response or a failure, and how it came about. Immutable.
 *
 * <pre>{@code
 * GenerationResult result = pool.tryGenerateContent(request);
 * String said = result.isSuccess() ? result.text() : "failed with " + result.failure();
 * log.info("{}, attempts: {}: {}", result.keyName(), result.attempts(), said);
 * }</pre>
 *
 * @param response the response; null if the call failed
 * @param failure the exception that {@link GeminiPool#generateContent(GenerationRequest)} would have thrown; null if there is a response
 * @param attempts the attempts in order, each with its key, instance and outcome; empty if there was none
 * @param decisions the key choice of each attempt with its reasons; empty unless the request asked for them with
 *     {@link GenerationRequest#explain()}
 * @param waited time that the call waited for leases, over all attempts
 * @param elapsed duration of the call
 */
public record GenerationResult(
        @Nullable GenerateContentResponse response,
        @Nullable RuntimeException failure,
        List<AttemptEnded> attempts,
        List<KeyDecision> decisions,
        Duration waited,
        Duration elapsed) {

    /**
     * Validates the components and copies the lists.
     *
     * @throws IllegalArgumentException unless there is either a response or a failure
     */
    public GenerationResult {
        if ((response == null) == (failure == null)) {
            throw new IllegalArgumentException("A result has either a response or a failure");
        }
        attempts = List.copyOf(attempts);
        decisions = List.copyOf(decisions);
    }

    /** Returns the model of the last attempt: the requested one or a fallback; null if there was no attempt. */
    public @Nullable String model() {
        return attempts.isEmpty() ? null : last().model();
    }

    /**
     * Returns the service tier that served the response, such as {@code standard}, {@code flex} or {@code priority}; null if there
     * is no response, or it does not say. When there are too many requests for {@code priority}, Gemini serves some as {@code
     * standard}.
     */
    public @Nullable String serviceTier() {
        ResponseFacts said = attempts.isEmpty() || failure != null ? null : last().response();
        return said == null ? null : said.serviceTier();
    }

    /** Returns the key name of the last attempt; null if there was no attempt. */
    public @Nullable String keyName() {
        return attempts.isEmpty() ? null : last().key();
    }

    /** Returns the instance index of the last attempt, from 0; -1 if there was no attempt. */
    public int instanceIndex() {
        return attempts.isEmpty() ? -1 : last().instance();
    }

    private AttemptEnded last() {
        return attempts.get(attempts.size() - 1);
    }

    /** Returns whether there is a response. */
    public boolean isSuccess() {
        return response != null;
    }

    /**
     * Returns the text of the response's first candidate; null if it has none, for instance because it was blocked. Unlike the
     * SDK's {@link GenerateContentResponse#text()}, this does not throw if the response was cut short, but returns the text so far.
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
     * Returns the response.
     *
     * @throws RuntimeException the failure, if there is no response
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

    /** Shows how the call ended, but no contents. */
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
