package io.github.geminipool.samples.discordbot;

import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import java.util.List;

/** The text of a response. The SDK's {@code text()} throws if the response was cut short, for example by a safety filter. */
final class AnswerText {

    private AnswerText() {}

    /** Returns the text; empty if there is none. */
    static String of(GenerateContentResponse response) {
        List<Candidate> candidates = response.candidates().orElse(List.of());
        return candidates.stream()
                .findFirst()
                .flatMap(Candidate::content)
                .map(Content::text)
                .orElse("");
    }
}
