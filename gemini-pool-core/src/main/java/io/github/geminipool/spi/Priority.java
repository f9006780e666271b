package io.github.geminipool.spi;

/** How urgent a call is. */
public enum Priority {
    /** Somebody waits for the answer. The default. */
    INTERACTIVE,
    /**
     * Nobody waits for it: a nightly batch, an import. Such calls take what interactive calls leave of instances and quotas. The default
     * of {@link io.github.geminipool.GeminiPool#generateAll(java.util.List) batches}.
     */
    BACKGROUND
}
