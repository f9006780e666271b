package io.github.geminipool.spi;

/** What a call asks of Gemini, as far as the pool treats it differently. */
public enum Operation {
    /** A whole answer to a prompt. */
    GENERATE(true),
    /** An answer to a prompt as a stream of events. */
    STREAM(true),
    /** Embeddings. */
    EMBED(true),
    /** The number of tokens of a prompt. */
    COUNT_TOKENS(true),
    /** Reads or lists something. */
    READ(true),
    /** Creates, changes or starts something that lasts: a cache, a batch, a tuned model. */
    WRITE(false),
    /** Deletes something. */
    DELETE(false),
    /** Opens an upload session. */
    UPLOAD_START(false),
    /** Sends a part of an upload, on the project that opened the session. */
    UPLOAD_CHUNK(false),
    /** The handshake of a Live session. */
    LIVE(true);

    private final boolean retryable;

    Operation(boolean retryable) {
        this.retryable = retryable;
    }

    /**
     * Whether Gemini counts it against the quotas of requests and tokens of a model. Counting tokens and reading cost none.
     *
     * @see <a href="https://ai.google.dev/gemini-api/docs/rate-limits">Gemini's rate limits</a>
     */
    public boolean takesQuota() {
        return this != COUNT_TOKENS && this != READ && this != DELETE;
    }

    /** Whether it may be done twice without harm when it is unknown whether the first time had an effect. */
    public boolean isRetryable() {
        return retryable;
    }
}
