package io.github.geminipool.event;

/**
 * Numbers of tokens, as Gemini counted them.
 *
 * @param input tokens of the prompt, including those that tools added and those that were cached
 * @param cachedInput the part of {@code input} that came from a cache
 * @param output tokens of the response, without thoughts
 * @param thoughts tokens of the model's thoughts, which are billed as output
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">Gemini's UsageMetadata</a>
 */
public record TokenUsage(long input, long cachedInput, long output, long thoughts) {

    /** No tokens. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0);

    /** Returns the sums of this and another usage. */
    public TokenUsage plus(TokenUsage other) {
        return new TokenUsage(
                input + other.input, cachedInput + other.cachedInput, output + other.output, thoughts + other.thoughts);
    }
}
