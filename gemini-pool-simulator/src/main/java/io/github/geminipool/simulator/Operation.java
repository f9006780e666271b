package io.github.geminipool.simulator;

/** The operation that a request calls. */
public enum Operation {
    /** {@code models/…:generateContent}. */
    GENERATE_CONTENT,
    /** {@code models/…:streamGenerateContent}. */
    STREAM_GENERATE_CONTENT,
    /** {@code models/…:countTokens}. */
    COUNT_TOKENS,
    /** {@code models/…:embedContent}. */
    EMBED_CONTENT,
    /** {@code models/…:batchEmbedContents}. */
    BATCH_EMBED_CONTENTS,
    /** {@code GET models}. */
    LIST_MODELS,
    /** {@code GET models/…}. */
    GET_MODEL,
    /** The request that opens a resumable upload. */
    UPLOAD_START,
    /** A chunk of a resumable upload, or a query of its progress. */
    UPLOAD_CHUNK,
    /** {@code GET files/…}. */
    FILES_GET,
    /** {@code GET files}. */
    FILES_LIST,
    /** {@code DELETE files/…}. */
    FILES_DELETE,
    /** {@code POST cachedContents}. */
    CACHES_CREATE,
    /** {@code GET cachedContents/…}. */
    CACHES_GET,
    /** {@code GET cachedContents}. */
    CACHES_LIST,
    /** {@code PATCH cachedContents/…}. */
    CACHES_UPDATE,
    /** {@code DELETE cachedContents/…}. */
    CACHES_DELETE,
    /** The creation of a batch, tuned model, file search store, long-running operation and so on. */
    RESOURCES_CREATE,
    /** {@code GET batches/…}, {@code operations/…} and so on. */
    RESOURCES_GET,
    /** {@code GET batches} and so on. */
    RESOURCES_LIST,
    /** {@code DELETE batches/…} and so on. */
    RESOURCES_DELETE,
    /** A custom method on one of them, such as {@code batches/…:cancel}. */
    RESOURCES_CALL,
    /** The handshake of a Live session (a websocket). */
    LIVE,
    /** {@code POST openai/chat/completions}, with or without a stream. */
    OPENAI_CHAT,
    /** {@code POST openai/embeddings}. */
    OPENAI_EMBEDDINGS,
    /** {@code POST openai/images/generations}. */
    OPENAI_IMAGES,
    /** {@code POST interactions}, with or without a stream. */
    INTERACTIONS_CREATE,
    /** Anything unknown to the simulator; answered with 404. */
    OTHER;

    /**
     * Returns whether the operation uses quota. Counting tokens and operations on models, files and caches do not.
     *
     * @return true for generating, embedding and Live
     */
    public boolean usesQuota() {
        return switch (this) {
            case GENERATE_CONTENT,
                    STREAM_GENERATE_CONTENT,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS,
                    OPENAI_CHAT,
                    OPENAI_EMBEDDINGS,
                    OPENAI_IMAGES,
                    INTERACTIONS_CREATE,
                    LIVE -> true;
            default -> false;
        };
    }
}
