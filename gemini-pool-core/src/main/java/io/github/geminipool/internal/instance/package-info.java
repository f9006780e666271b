/** The instances of a model pool: which of them are idle, and the key to which each is bound. Not an API. */
@NullMarked
package io.github.geminipool.internal.instance;

import org.jspecify.annotations.NullMarked;
