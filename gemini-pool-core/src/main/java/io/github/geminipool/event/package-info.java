/** The events of a pool, and the listener that receives them. */
@NullMarked
package io.github.geminipool.event;

import org.jspecify.annotations.NullMarked;
