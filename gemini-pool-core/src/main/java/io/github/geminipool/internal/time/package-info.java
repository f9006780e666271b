/** The pool's clock and its one timer. Not an API. */
@NullMarked
package io.github.geminipool.internal.time;

import org.jspecify.annotations.NullMarked;
