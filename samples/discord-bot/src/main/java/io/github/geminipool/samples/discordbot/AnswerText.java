package io.github.geminipool.samples.discordbot;

import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import java.util.List;

/** What of an answer is shown. The SDK's own {@code text()} throws where an answer was broken off, for safety say. */
final class AnswerText {

    private AnswerText() {}

    /** The text that came; empty if none did. */
    static String of(GenerateContentResponse response) {
        List<Candidate> candidates = response.candidates().orElse(List.of());
        return candidates.stream()
                .findFirst()
                .flatMap(Candidate::content)
                .map(Content::text)
                .orElse("");
    }
}
