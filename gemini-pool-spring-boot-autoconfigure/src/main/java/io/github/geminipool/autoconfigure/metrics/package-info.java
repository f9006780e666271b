/** Micrometer meters for the pool. */
@NullMarked
package io.github.geminipool.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
