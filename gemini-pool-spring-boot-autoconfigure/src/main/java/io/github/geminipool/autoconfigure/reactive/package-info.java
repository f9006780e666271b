/** The pool's streams as those of Project Reactor. */
@NullMarked
package io.github.geminipool.autoconfigure.reactive;

import org.jspecify.annotations.NullMarked;
