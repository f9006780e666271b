/** How streams are handed on: each event as it comes, and to subscribers as much as they request. */
@NullMarked
package io.github.geminipool.internal.stream;

import org.jspecify.annotations.NullMarked;
