/** The connections to Gemini: how the OkHttpClient is built, where keys may go, and what the end of a connection means. */
@NullMarked
package io.github.geminipool.internal.connection;

import org.jspecify.annotations.NullMarked;
