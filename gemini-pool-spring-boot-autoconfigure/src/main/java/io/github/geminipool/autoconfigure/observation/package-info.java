/** Calls and their attempts as Micrometer observations, which become spans of a trace. */
@NullMarked
package io.github.geminipool.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
