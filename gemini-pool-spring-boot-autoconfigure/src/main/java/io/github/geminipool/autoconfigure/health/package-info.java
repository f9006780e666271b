/** Health indicator for the pool. */
@NullMarked
package io.github.geminipool.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
