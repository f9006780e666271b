/** The pool's meters for Micrometer. */
@NullMarked
package io.github.geminipool.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
