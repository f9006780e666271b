/** The pool's settings, as immutable records. */
@NullMarked
package io.github.geminipool.settings;

import org.jspecify.annotations.NullMarked;
