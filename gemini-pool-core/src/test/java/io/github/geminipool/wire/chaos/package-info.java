/** Randomized faults, driven by a seed. */
@NullMarked
package io.github.geminipool.wire.chaos;

import org.jspecify.annotations.NullMarked;
