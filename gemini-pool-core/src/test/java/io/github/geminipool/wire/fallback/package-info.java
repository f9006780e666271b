/** Falling back to another model. */
@NullMarked
package io.github.geminipool.wire.fallback;

import org.jspecify.annotations.NullMarked;
