package io.github.geminipool.key;

/** Thrown for a value that cannot be an API key. The message describes the problem and never contains the value. */
public final class InvalidSecretException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    InvalidSecretException(String problem) {
        super("The API key " + problem);
    }
}
