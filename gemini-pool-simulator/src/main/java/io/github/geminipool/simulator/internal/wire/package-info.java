/** The bodies of Google's errors. */
@NullMarked
package io.github.geminipool.simulator.internal.wire;

import org.jspecify.annotations.NullMarked;
