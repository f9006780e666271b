package io.github.geminipool.shared;

/**
 * What a request counts as in the quotas of a project. Immutable.
 *
 * @param requests the number of requests, at least 1; more for a batch of texts, which is sent at once
 * @param tokens the tokens of the prompt, 0 or more; 0 if tokens are not counted
 */
public record SlotSize(int requests, long tokens) {

    /** A single request whose tokens are not counted. */
    public static final SlotSize ONE = new SlotSize(1, 0);

    /**
     * Validates the components.
     *
     * @throws IllegalArgumentException if a component is out of range
     */
    public SlotSize {
        if (requests < 1 || tokens < 0) {
            throw new IllegalArgumentException(
                    "A slot is for at least 1 request and 0 tokens, not " + requests + " and " + tokens);
        }
    }
}
