/** The exclusions, and how a key has behaved lately. Not an API. */
@NullMarked
package io.github.geminipool.internal.health;

import org.jspecify.annotations.NullMarked;
