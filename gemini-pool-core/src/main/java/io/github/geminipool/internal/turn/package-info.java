/** Whose turn it is among those who wait: fair over callers, interactive calls before background calls. Not an API. */
@NullMarked
package io.github.geminipool.internal.turn;

import org.jspecify.annotations.NullMarked;
