package io.github.geminipool.key;

/** The kinds of use that Gemini limits or grants separately. A refusal of one says nothing of the others. */
public enum Use {
    /** Generates content without any of the tools below. */
    PLAIN(true),
    /** Generates content grounded in Google Search or Google Maps. */
    GROUNDED(true),
    /** Generates content from web pages that the prompt names. */
    URL_CONTEXT(true),
    /** Generates content with code that Gemini runs. */
    CODE_EXECUTION(true),
    /** Computes embeddings. */
    EMBED(true),
    /** Starts, reads or changes batch jobs, which have limits of their own. */
    BATCH(false),
    /** Stores, reads or changes cached content, which has a limit of its own. */
    CACHE(false),
    /** Generates images or videos with a model of its own kind. */
    PREDICT(true),
    /** Starts, reads or ends interactions. */
    INTERACTIONS(true),
    /** Holds a Live session. */
    LIVE(false),
    /** Uploads, reads or deletes files and file search stores. */
    FILES(false),
    /** Anything else, such as counting tokens or listing models. */
    OTHER(false);

    private final boolean quota;

    Use(boolean quota) {
        this.quota = quota;
    }

    /** Returns whether it takes from the request and token quotas of a model at all. */
    public boolean takesQuota() {
        return quota;
    }
}
