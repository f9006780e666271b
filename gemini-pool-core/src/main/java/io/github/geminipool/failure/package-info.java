/** Failures of calls: what went wrong, what it affects, and until when. */
@NullMarked
package io.github.geminipool.failure;

import org.jspecify.annotations.NullMarked;
