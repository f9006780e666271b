/** Micrometer observations of calls and attempts, which become spans of a trace. */
@NullMarked
package io.github.geminipool.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
