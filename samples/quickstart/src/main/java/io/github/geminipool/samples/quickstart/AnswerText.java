package io.github.geminipool.samples.quickstart;

import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import java.util.List;
import java.util.Optional;

/** The text of a response. The SDK's {@code text()} throws if the response was cut short, for example by a safety filter. */
final class AnswerText {

    private AnswerText() {}

    /** Returns the text, if there is any. */
    static Optional<String> of(GenerateContentResponse response) {
        List<Candidate> candidates = response.candidates().orElse(List.of());
        return candidates.isEmpty()
                ? Optional.empty()
                : candidates.get(0).content().map(Content::text);
    }
}
