package io.github.geminipool.internal.quota;

/**
 * What a request takes of its project's quotas.
 *
 * @param requests 1, or 0 for what Gemini does not count
 * @param tokens of its prompt as they are estimated from its size; 0 where nobody counts them
 */
public record Demand(int requests, long tokens) {

    /** Takes nothing. */
    public static final Demand NOTHING = new Demand(0, 0);

    /** Takes a request; its tokens are not counted. */
    public static final Demand REQUEST = new Demand(1, 0);

    /** A request with a prompt. */
    public static Demand ofTokens(long tokens) {
        return tokens <= 0 ? REQUEST : new Demand(1, tokens);
    }

    /** Whether Gemini counts it. */
    public boolean isCounted() {
        return requests > 0;
    }
}
