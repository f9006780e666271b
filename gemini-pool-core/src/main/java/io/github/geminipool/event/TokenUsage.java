package io.github.geminipool.event;

/**
 * The tokens of one answer, as Gemini counted them.
 *
 * @param input of the prompt, with what tools added to it, and with what was cached
 * @param cachedInput of the input, what came from a cache
 * @param output of the answer, without thoughts
 * @param thoughts of the thoughts, which are billed as output
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">Gemini's UsageMetadata</a>
 */
public record TokenUsage(long input, long cachedInput, long output, long thoughts) {

    /** None at all. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0);

    /** The sum of both. */
    public TokenUsage plus(TokenUsage other) {
        return new TokenUsage(
                input + other.input, cachedInput + other.cachedInput, output + other.output, thoughts + other.thoughts);
    }
}
