/** Publishes what is read one element at a time, to subscribers who say how much they take. */
@NullMarked
package io.github.geminipool.internal.stream;

import org.jspecify.annotations.NullMarked;
