package io.github.geminipool.samples.quickstart;

/** A prompt can't be asked; the message is for the user. */
final class InvalidPromptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidPromptException(String message) {
        super(message);
    }
}
