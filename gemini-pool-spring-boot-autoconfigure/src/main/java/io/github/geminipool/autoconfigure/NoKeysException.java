package io.github.geminipool.autoconfigure;

/** There is no key to make a pool of. */
final class NoKeysException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoKeysException() {
        super("No Gemini API key is configured");
    }
}
