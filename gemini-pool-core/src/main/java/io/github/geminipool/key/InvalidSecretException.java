package io.github.geminipool.key;

/** A value can't be an API key. The message says what is wrong with it and never contains it. */
public final class InvalidSecretException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    InvalidSecretException(String problem) {
        super("The API key " + problem);
    }
}
