/** The books of quotas that replicas keep in a shared store: the turns a replica holds, what it tells, its part alone. Not an API. */
@NullMarked
package io.github.geminipool.internal.books;

import org.jspecify.annotations.NullMarked;
