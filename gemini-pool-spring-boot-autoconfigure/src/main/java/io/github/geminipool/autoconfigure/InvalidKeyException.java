package io.github.geminipool.autoconfigure;

/** An entry of {@code gemini.pool.keys} can't be used. Nothing here contains a key. */
final class InvalidKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String problem;
    private final String action;

    /**
     * Makes one.
     *
     * @param property the property at fault, such as {@code gemini.pool.keys[1]}
     * @param problem what is wrong with it, as a sentence's end: "is blank"
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
