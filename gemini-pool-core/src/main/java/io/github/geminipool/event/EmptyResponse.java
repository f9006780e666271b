package io.github.geminipool.event;

/**
 * An answer that says nothing: it came with status 200 and is billed, but has no part of a content. No key is at fault.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#FinishReason">Gemini's finish reasons</a>
 */
public enum EmptyResponse {
    /** Nothing came at all: no body, or a stream without an event. */
    NO_BODY(true),
    /** No parts and no reason, or {@code STOP}: the model ended before it began. */
    NO_PARTS(true),
    /** The model called a function wrongly, or a tool that it has not. */
    MALFORMED_FUNCTION_CALL(true),
    /** The prompt was blocked. */
    PROMPT_BLOCKED(false),
    /** The answer was withheld: {@code SAFETY}, {@code RECITATION}, {@code PROHIBITED_CONTENT} and the like. */
    ANSWER_BLOCKED(false),
    /** The tokens were used up before the first part, most often by thoughts. */
    MAX_TOKENS(false),
    /** A finish reason that tells nothing more, or that is not known here. */
    OTHER(true);

    private final boolean worthRetrying;

    EmptyResponse(boolean worthRetrying) {
        this.worthRetrying = worthRetrying;
    }

    /** Whether the same request may well get an answer the next time; what was blocked or too long would be so again. */
    public boolean isWorthRetrying() {
        return worthRetrying;
    }
}
