package io.github.geminipool.samples.quickstart;

import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import java.util.List;
import java.util.Optional;

/** What of an answer is shown. The SDK's own {@code text()} throws where an answer was broken off, for safety say. */
final class AnswerText {

    private AnswerText() {}

    /** The text that came, if any. */
    static Optional<String> of(GenerateContentResponse response) {
        List<Candidate> candidates = response.candidates().orElse(List.of());
        return candidates.isEmpty()
                ? Optional.empty()
                : candidates.get(0).content().map(Content::text);
    }
}
