/** Calls of every form: attempts, options, operations, streams, many at once. */
@NullMarked
package io.github.geminipool.wire.connections;

import org.jspecify.annotations.NullMarked;
