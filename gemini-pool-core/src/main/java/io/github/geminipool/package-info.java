/** The pool as applications use it: {@link io.github.geminipool.GeminiPool} and what is passed to and returned from it. */
@NullMarked
package io.github.geminipool;

import org.jspecify.annotations.NullMarked;
