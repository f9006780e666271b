/** Spring AI using a pool. */
@NullMarked
package io.github.geminipool.samples.springai;

import org.jspecify.annotations.NullMarked;
