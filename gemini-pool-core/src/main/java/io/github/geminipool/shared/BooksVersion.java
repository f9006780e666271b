package io.github.geminipool.shared;

/**
 * How much of a bucket's books one has seen. A store whose books are of another epoch, or have given fewer slots, has lost some.
 * Immutable.
 *
 * @param epoch when the books were begun, on the store's clock; greater than 0
 * @param given the number of slots that the books have given since then, 0 or more
 */
public record BooksVersion(long epoch, long given) {}
