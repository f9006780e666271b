package io.github.geminipool.failure;

import org.jspecify.annotations.Nullable;

/** A failure of the pool itself, rather than an answer of Gemini's. Messages never contain a secret. */
public class GeminiPoolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Makes one with a message and, where there is one, the cause. */
    public GeminiPoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
