package io.github.geminipool.event;

import org.jspecify.annotations.Nullable;

/**
 * The metadata of a response. For a stream, each value comes from the last event that has it.
 *
 * @param model version of the model that responded, to which an alias was resolved; null if the response does not say
 * @param id the response's id; null if it has none
 * @param finishReason why the model stopped, such as {@code STOP} or {@code MAX_TOKENS}; null if the response does not say
 * @param tokens the tokens used; null if the response does not say
 * @param serviceTier the service tier that served the request, such as {@code standard}, {@code flex} or {@code priority}, in lower
 *     case; null if the response does not say. It may be less than what the request asked for
 * @see <a href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse">Gemini's GenerateContentResponse</a>
 */
public record ResponseFacts(
        @Nullable String model,
        @Nullable String id,
        @Nullable String finishReason,
        @Nullable TokenUsage tokens,
        @Nullable String serviceTier) {

    /** Creates the metadata of a response that does not say which service tier served it. */
    public ResponseFacts(
            @Nullable String model, @Nullable String id, @Nullable String finishReason, @Nullable TokenUsage tokens) {
        this(model, id, finishReason, tokens, null);
    }
}
