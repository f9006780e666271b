/** Fault rules. */
@NullMarked
package io.github.geminipool.simulator.internal.fault;

import org.jspecify.annotations.NullMarked;
