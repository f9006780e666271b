/** Options of calls on other threads. */
@NullMarked
package io.github.geminipool.autoconfigure.propagation;

import org.jspecify.annotations.NullMarked;
