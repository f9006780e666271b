/** Google's error bodies. */
@NullMarked
package io.github.geminipool.simulator.internal.wire;

import org.jspecify.annotations.NullMarked;
