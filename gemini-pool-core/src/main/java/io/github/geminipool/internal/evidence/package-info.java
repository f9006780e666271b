/** Whom a failure concerns where Gemini does not say: what is asked elsewhere, what it costs, and what was learned. Not an API. */
@NullMarked
package io.github.geminipool.internal.evidence;

import org.jspecify.annotations.NullMarked;
