/** Reads responses: events, errors within them, token counts, and the end of the body. Internal: not an API. */
@NullMarked
package io.github.geminipool.internal.answer;

import org.jspecify.annotations.NullMarked;
