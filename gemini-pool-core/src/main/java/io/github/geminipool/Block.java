package io.github.geminipool;

import org.jspecify.annotations.Nullable;

/**
 * A block of code.
 *
 * @param <T> the type of its result
 * @param <X> the type of what it throws
 */
@FunctionalInterface
public interface Block<T extends @Nullable Object, X extends Throwable> {

    /** Runs the block. */
    T run() throws X;
}
