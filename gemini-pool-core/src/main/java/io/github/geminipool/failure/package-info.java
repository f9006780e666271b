/** How calls fail: what happened, whose fault it is, and until when. */
@NullMarked
package io.github.geminipool.failure;

import org.jspecify.annotations.NullMarked;
