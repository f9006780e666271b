/** Measures the pool's cost next to alternatives. */
@NullMarked
package io.github.geminipool.benchmarks;

import org.jspecify.annotations.NullMarked;
