package io.github.geminipool.event;

/**
 * Why a response has no content, although its status is 200 and it is billed. No key is at fault.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#FinishReason">Gemini's finish reasons</a>
 */
public enum EmptyResponse {
    /** There is no body, or a stream without events. */
    NO_BODY(true),
    /** There are no parts, and the finish reason is missing or {@code STOP}. */
    NO_PARTS(true),
    /** The model made a malformed function call, or called a tool that was not offered. */
    MALFORMED_FUNCTION_CALL(true),
    /** The prompt was blocked. */
    PROMPT_BLOCKED(false),
    /** The response was withheld: {@code SAFETY}, {@code RECITATION}, {@code PROHIBITED_CONTENT} and the like. */
    ANSWER_BLOCKED(false),
    /** The output tokens were used up before the first part, usually by thoughts. */
    MAX_TOKENS(false),
    /** The finish reason is {@code OTHER} or unknown to this version. */
    OTHER(true);

    private final boolean worthRetrying;

    EmptyResponse(boolean worthRetrying) {
        this.worthRetrying = worthRetrying;
    }

    /**
     * Returns whether a retry of the same request is likely to help. It is not if the prompt or the response was
     * blocked, or the tokens were used up.
     */
    public boolean isWorthRetrying() {
        return worthRetrying;
    }
}
