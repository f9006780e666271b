package io.github.geminipool.autoconfigure;

/** Thrown when no key is configured. */
final class NoKeysException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoKeysException() {
        super("No Gemini API key is configured");
    }
}
