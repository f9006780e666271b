/** A gateway to the Gemini API over a pool of keys. */
@NullMarked
package io.github.geminipool.samples.gateway;

import org.jspecify.annotations.NullMarked;
