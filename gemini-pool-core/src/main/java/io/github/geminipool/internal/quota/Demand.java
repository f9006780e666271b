package io.github.geminipool.internal.quota;

/**
 * The quota that a request needs.
 *
 * @param requests 1, or 0 for a request that Gemini does not count
 * @param tokens of its prompt, estimated from its size; 0 if tokens are not counted
 */
public record Demand(int requests, long tokens) {

    /** A request that Gemini does not count. */
    public static final Demand NOTHING = new Demand(0, 0);

    /** A request whose tokens are not counted. */
    public static final Demand REQUEST = new Demand(1, 0);

    /** Returns the demand of a request with a prompt of an estimated number of tokens. */
    public static Demand ofTokens(long tokens) {
        return tokens <= 0 ? REQUEST : new Demand(1, tokens);
    }

    /** Returns whether Gemini counts the request. */
    public boolean isCounted() {
        return requests > 0;
    }
}
