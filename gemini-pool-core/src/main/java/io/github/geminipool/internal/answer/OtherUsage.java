package io.github.geminipool.internal.answer;

import io.github.geminipool.event.TokenUsage;

/**
 * The token counts of a response in the shape of OpenAI's API or of interactions.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/openai">OpenAI compatibility</a>
 */
final class OtherUsage {

    private boolean isKnown;
    private long input;
    private long toolUse;
    private long cached;
    private long output;
    private long thoughts;
    private long reasoning;
    private long total;

    /** Sets a count. */
    void set(AnswerField field, long count) {
        switch (field) {
            case PROMPT_TOKENS, TOTAL_INPUT -> {
                input = count;
                isKnown = true;
            }
            case COMPLETION_TOKENS, TOTAL_OUTPUT -> output = count;
            case CACHED_TOKENS, TOTAL_CACHED -> cached = count;
            case REASONING_TOKENS -> reasoning = count;
            case TOTAL_THOUGHTS -> thoughts = count;
            case TOTAL_TOOL_USE -> toolUse = count;
            case TOTAL_TOKENS -> total = count;
            default -> {}
        }
    }

    /** Returns whether the tokens of the prompt are known. */
    boolean isKnown() {
        return isKnown;
    }

    /** Returns the counts. Google's OpenAI-shaped responses count thoughts in the total only, and OpenAI's in the output. */
    TokenUsage tokens() {
        long prompt = input + toolUse;
        long beside = Math.max(thoughts, total - prompt - output);
        long within = beside > 0 ? 0 : Math.min(reasoning, output);
        return new TokenUsage(prompt, cached, output - within, beside > 0 ? beside : within);
    }
}
