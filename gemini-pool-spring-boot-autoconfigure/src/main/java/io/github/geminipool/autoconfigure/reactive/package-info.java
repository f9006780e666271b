/** The pool's streams for Project Reactor. */
@NullMarked
package io.github.geminipool.autoconfigure.reactive;

import org.jspecify.annotations.NullMarked;
