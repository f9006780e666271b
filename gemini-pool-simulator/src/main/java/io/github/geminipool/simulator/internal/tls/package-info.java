/** A certificate for the loopback interface. */
@NullMarked
package io.github.geminipool.simulator.internal.tls;

import org.jspecify.annotations.NullMarked;
