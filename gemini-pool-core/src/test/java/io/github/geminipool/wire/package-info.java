/** Tests of the pool over real HTTP, against the simulator, by subject. */
@NullMarked
package io.github.geminipool.wire;

import org.jspecify.annotations.NullMarked;
