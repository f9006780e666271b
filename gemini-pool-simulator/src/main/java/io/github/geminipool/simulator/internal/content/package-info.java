/** Generates answers from prompts. */
@NullMarked
package io.github.geminipool.simulator.internal.content;

import org.jspecify.annotations.NullMarked;
