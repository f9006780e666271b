/** Long answers, which come in several hops. */
@NullMarked
package io.github.geminipool.wire.continuation;

import org.jspecify.annotations.NullMarked;
