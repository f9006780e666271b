/** OpenAI's Java SDK using a pool. */
@NullMarked
package io.github.geminipool.samples.openai;

import org.jspecify.annotations.NullMarked;
