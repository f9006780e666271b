/** Spring AI's streams over the pool. */
@NullMarked
package io.github.geminipool.autoconfigure.springai;

import org.jspecify.annotations.NullMarked;
