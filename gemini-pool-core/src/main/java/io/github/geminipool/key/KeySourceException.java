package io.github.geminipool.key;

/** Thrown by a source of keys that can't be read, or whose keys are invalid. Its message is logged, so it must contain no key. */
public class KeySourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is wrong, without any key
     */
    public KeySourceException(String message) {
        super(message);
    }
}
