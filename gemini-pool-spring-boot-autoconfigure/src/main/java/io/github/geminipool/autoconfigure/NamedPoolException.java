package io.github.geminipool.autoconfigure;

import org.jspecify.annotations.Nullable;

/** Thrown when a pool of {@code gemini.pools} can't be created. The cause says why, in terms of {@code gemini.pool}. */
final class NamedPoolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String prefix;

    NamedPoolException(PoolName pool, RuntimeException cause) {
        super("The pool of " + pool.prefix() + " cannot be created", cause);
        this.prefix = pool.prefix();
    }

    /** Returns the prefix of the properties of the pool that could not be created. */
    static String prefix(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof NamedPoolException named) {
                return named.prefix;
            }
        }
        return PoolName.PRIMARY.prefix();
    }

    /** Returns a text about properties of {@code gemini.pool}, rewritten for the pool that could not be created. */
    static String words(@Nullable Throwable failure, String words) {
        return words.replace(PoolName.PRIMARY.prefix() + ".", prefix(failure) + ".");
    }
}
