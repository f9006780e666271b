package io.github.geminipool.autoconfigure;

/** Thrown when an entry of {@code gemini.pools} has a name that a pool can't have. */
final class InvalidPoolNameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String action;

    /**
     * Creates the exception.
     *
     * @param property the entry
     * @param problem what is wrong, as the rest of a sentence
     * @param action what to do, as a sentence
     */
    InvalidPoolNameException(String property, String problem, String action) {
        super(property + " " + problem);
        this.property = property;
        this.action = action;
    }

    String property() {
        return property;
    }

    String action() {
        return action;
    }
}
