/** Counts what the statistics show. Not an API. */
@NullMarked
package io.github.geminipool.internal.stats;

import org.jspecify.annotations.NullMarked;
