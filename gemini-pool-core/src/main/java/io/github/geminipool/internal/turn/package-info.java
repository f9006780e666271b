/** Whose turn it is among waiting requests: fair between callers, interactive calls before background calls. Not an API. */
@NullMarked
package io.github.geminipool.internal.turn;

import org.jspecify.annotations.NullMarked;
