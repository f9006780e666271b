package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GenerationRequest;

/** Validates users' prompts. */
final class Prompt {

    private static final int MAX_LENGTH = 4_000;

    private Prompt() {}

    /**
     * Creates a request from a user's text.
     *
     * @throws InvalidRequestException if it is blank or too long
     */
    static GenerationRequest request(String text) {
        if (text.isBlank()) {
            throw new InvalidRequestException("Please write a prompt.");
        }
        if (text.length() > MAX_LENGTH) {
            throw new InvalidRequestException("Please write at most " + MAX_LENGTH + " characters.");
        }
        return GenerationRequest.of(text);
    }
}
