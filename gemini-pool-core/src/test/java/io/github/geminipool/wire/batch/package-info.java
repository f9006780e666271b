/** Batches. */
@NullMarked
package io.github.geminipool.wire.batch;

import org.jspecify.annotations.NullMarked;
