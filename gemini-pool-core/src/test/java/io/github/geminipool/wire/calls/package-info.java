/** Calls of every form: attempts, options, operations, streams, many at once. */
@NullMarked
package io.github.geminipool.wire.calls;

import org.jspecify.annotations.NullMarked;
