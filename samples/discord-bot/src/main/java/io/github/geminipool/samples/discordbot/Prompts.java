package io.github.geminipool.samples.discordbot;

import io.github.geminipool.GenerationRequest;
import java.time.Duration;

/** Requests to Gemini. */
final class Prompts {

    /** Discord accepts no answer after 15 minutes; users give up earlier. */
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private Prompts() {}

    /**
     * Creates a request with a user's prompt.
     *
     * @param instruction message code of the system instruction, in the user's language
     */
    static GenerationRequest of(String text, Words words, String instruction) {
        return GenerationRequest.of(text)
                .systemInstruction(words.of(instruction))
                .deadline(DEADLINE);
    }
}
