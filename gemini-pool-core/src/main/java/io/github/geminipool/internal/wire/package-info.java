/** Errors as Gemini sends them, turned into failures. Not an API. */
@NullMarked
package io.github.geminipool.internal.wire;

import org.jspecify.annotations.NullMarked;
