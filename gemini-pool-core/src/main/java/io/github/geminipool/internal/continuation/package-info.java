/** Long answers, which come in several hops. */
@NullMarked
package io.github.geminipool.internal.continuation;

import org.jspecify.annotations.NullMarked;
