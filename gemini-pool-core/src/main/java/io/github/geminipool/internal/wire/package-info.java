/** Judges errors as Gemini sends them. Internal: not an API. */
@NullMarked
package io.github.geminipool.internal.wire;

import org.jspecify.annotations.NullMarked;
