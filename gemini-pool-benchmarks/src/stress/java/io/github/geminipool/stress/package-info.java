/** Races of two threads in the pool, and proof that they would be noticed. */
@NullMarked
package io.github.geminipool.stress;

import org.jspecify.annotations.NullMarked;
