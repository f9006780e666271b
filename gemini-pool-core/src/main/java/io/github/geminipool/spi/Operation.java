package io.github.geminipool.spi;

/** The kinds of operations that the pool treats differently. */
public enum Operation {
    /** Generates a whole response. */
    GENERATE(true),
    /** Generates a response as a stream of events. */
    STREAM(true),
    /** Computes embeddings. */
    EMBED(true),
    /** Counts the tokens of a prompt. */
    COUNT_TOKENS(true),
    /** Reads or lists resources. */
    READ(true),
    /** Creates, changes or starts a lasting resource: a cache, a batch, a tuned model. */
    WRITE(false),
    /** Deletes a resource. */
    DELETE(false),
    /** Opens an upload session. */
    UPLOAD_START(false),
    /** Uploads a part, to the project that opened the session. */
    UPLOAD_CHUNK(false),
    /** Opens a Live session. */
    LIVE(true);

    private final boolean retryable;

    Operation(boolean retryable) {
        this.retryable = retryable;
    }

    /**
     * Returns whether Gemini counts the operation against the request and token quotas of a model.
     *
     * @see <a href="https://ai.google.dev/gemini-api/docs/rate-limits">Gemini's rate limits</a>
     */
    public boolean takesQuota() {
        return this != COUNT_TOKENS && this != READ && this != DELETE;
    }

    /** Returns whether the operation can safely be retried when it is unknown whether the first attempt had an effect. */
    public boolean isRetryable() {
        return retryable;
    }
}
