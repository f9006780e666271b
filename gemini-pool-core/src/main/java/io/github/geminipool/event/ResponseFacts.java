package io.github.geminipool.event;

import org.jspecify.annotations.Nullable;

/**
 * What an answer says of itself, contents aside; of a stream, what its last event says that says it.
 *
 * @param model the version of the model that answered, where an alias was asked; null if the answer does not say
 * @param id the answer's own name; null if it has none
 * @param finishReason why the model stopped, such as {@code STOP} or {@code MAX_TOKENS}; null if the answer does not say
 * @param tokens what was used; null if the answer does not say
 * @see <a href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse">Gemini's GenerateContentResponse</a>
 */
public record ResponseFacts(
        @Nullable String model,
        @Nullable String id,
        @Nullable String finishReason,
        @Nullable TokenUsage tokens) {}
