package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.KeySourceException;

/** Thrown when an entry of {@code gemini.pool.keys} is invalid. Contains no key. */
final class InvalidKeyException extends KeySourceException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String problem;
    private final String action;

    /**
     * Creates the exception.
     *
     * @param property the invalid property, such as {@code gemini.pool.keys[1]}
     * @param problem the problem, as the rest of a sentence: "is blank"
     * @param action what to do, as a sentence
     */
    InvalidKeyException(String property, String problem, String action) {
        super(property + " " + problem);
        this.property = property;
        this.problem = problem;
        this.action = action;
    }

    String property() {
        return property;
    }

    String problem() {
        return problem;
    }

    String action() {
        return action;
    }
}
