/** Streams: how soon their events come, who publishes them, and what becomes of those that nobody reads. */
@NullMarked
package io.github.geminipool.wire.streams;

import org.jspecify.annotations.NullMarked;
