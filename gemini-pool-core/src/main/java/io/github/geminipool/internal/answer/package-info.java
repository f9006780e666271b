/** What an answer says: events, errors within it, tokens, and the end of its body. Not an API. */
@NullMarked
package io.github.geminipool.internal.answer;

import org.jspecify.annotations.NullMarked;
