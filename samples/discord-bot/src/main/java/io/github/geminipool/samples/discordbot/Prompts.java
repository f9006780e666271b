package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GenerationRequest;
import java.time.Duration;

/** Requests to Gemini. */
final class Prompts {

    /** Discord takes no answer after 15 minutes; users lose patience before. */
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private Prompts() {}

    /**
     * What a user asks.
     *
     * @param instruction code of what the model is told beside it, in the user's language
     */
    static GenerationRequest of(String text, Words words, String instruction) {
        return GenerationRequest.of(text)
                .systemInstruction(words.of(instruction))
                .deadline(DEADLINE);
    }
}
