package io.github.geminipool.internal.quota;

/**
 * The quota that a call needs.
 *
 * <p>Its <em>size</em> is both numbers in one, so that no choice of a key allocates: that of a single request is its number
 * of tokens, that of several is larger, and that of a call which takes no quota is less than 0.
 *
 * @param requests 1, or more for a batch of texts to embed, each of which counts; 0 for a call that Gemini does not count
 * @param tokens of its prompt; 0 if tokens are not counted
 * @param isEstimated whether the tokens are estimated from the prompt's size, rather than known from an earlier answer
 */
public record Demand(int requests, long tokens, boolean isEstimated) {

    /** The size of a call that takes no quota. */
    public static final long NO_SIZE = -1;

    private static final int TOKEN_BITS = 40;
    private static final long MAX_TOKENS = (1L << TOKEN_BITS) - 1;

    /** A request that Gemini does not count. */
    public static final Demand NOTHING = new Demand(0, 0, true);

    /** A request whose tokens are not counted. */
    public static final Demand REQUEST = new Demand(1, 0, true);

    /** Returns the demand of a request with a prompt of an estimated number of tokens. */
    public static Demand ofTokens(long tokens) {
        return of(1, tokens);
    }

    /** Returns the demand of a call that counts as a number of requests, with an estimated number of tokens in all. */
    public static Demand of(int requests, long tokens) {
        return requests == 1 && tokens <= 0 ? REQUEST : new Demand(requests, Math.max(0, tokens), true);
    }

    /** Returns the demand of a request that continues an answer, whose size is known from what it has had so far. */
    public static Demand ofContinuation(long tokens) {
        return tokens <= 0 ? REQUEST : new Demand(1, tokens, false);
    }

    /** Returns its size with another number of reserved tokens. */
    public long size(long reserved) {
        return requests == 0 ? NO_SIZE : ((requests - 1L) << TOKEN_BITS) | Math.min(MAX_TOKENS, reserved);
    }

    /** Returns the number of requests of a size. */
    public static int requestsOf(long size) {
        return (int) (size >> TOKEN_BITS) + 1;
    }

    /** Returns the number of tokens of a size; less than 0 for a call that takes no quota. */
    public static long tokensOf(long size) {
        return size < 0 ? size : size & MAX_TOKENS;
    }

    /** Returns whether Gemini counts the request. */
    public boolean isCounted() {
        return requests > 0;
    }
}
