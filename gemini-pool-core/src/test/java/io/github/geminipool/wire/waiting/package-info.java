/** Waiting for a key: timeouts, deadlines, cancellation. */
@NullMarked
package io.github.geminipool.wire.waiting;

import org.jspecify.annotations.NullMarked;
