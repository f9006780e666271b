package io.github.geminipool.autoconfigure.keys;

import io.github.geminipool.key.KeySourceException;

/** Thrown when an entry of {@code gemini.pool.keys} is invalid. Contains no key. */
public final class InvalidKeyException extends KeySourceException {

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
    public InvalidKeyException(String property, String problem, String action) {
        super(property + " " + problem);
        this.property = property;
        this.problem = problem;
        this.action = action;
    }

    /** Returns the invalid property. */
    public String property() {
        return property;
    }

    /** Returns the problem, as the rest of a sentence. */
    public String problem() {
        return problem;
    }

    /** Returns what to do, as a sentence. */
    public String action() {
        return action;
    }
}
