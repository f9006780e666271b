package io.github.geminipool.failure;

import org.jspecify.annotations.Nullable;

/** A failure of the pool itself rather than an error response from Gemini. Messages never contain a secret. */
public class GeminiPoolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param cause the cause; null if there is none
     */
    public GeminiPoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
