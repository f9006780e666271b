/** Races between two threads in the pool, and proof that failures would be detected. */
@NullMarked
package io.github.geminipool.stress;

import org.jspecify.annotations.NullMarked;
