/**
 * The books of quotas that replicas keep in a shared store: the slots that a replica holds, what it reports, and its part of a
 * quota when on its own. Not an API.
 */
@NullMarked
package io.github.geminipool.internal.books;

import org.jspecify.annotations.NullMarked;
