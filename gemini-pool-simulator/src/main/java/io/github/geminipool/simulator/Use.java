package io.github.geminipool.simulator;

/** What a request uses of the API. Google holds some limits and refusals against one use only. A request may have several. */
public enum Use {
    /** Generation without any of the tools below; also counting tokens. */
    PLAIN,
    /** Generation grounded with Google Search or Maps. */
    GROUNDED,
    /** Generation with URL context. */
    URL_CONTEXT,
    /** Generation with code execution. */
    CODE_EXECUTION,
    /** Generation with file search. */
    FILE_SEARCH,
    /** Embedding. */
    EMBED,
    /** Images or videos. */
    PREDICT,
    /** Interactions. */
    INTERACTIONS,
    /** Anything about batch jobs. */
    BATCH,
    /** Anything about cached contents, except their use in a prompt. */
    CACHES,
    /** Anything about files and uploads. */
    FILES,
    /** Live sessions. */
    LIVE,
    /** Anything else, such as models. */
    OTHER
}
