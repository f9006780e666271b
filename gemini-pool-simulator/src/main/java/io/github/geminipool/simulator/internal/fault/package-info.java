/** The faults in force. */
@NullMarked
package io.github.geminipool.simulator.internal.fault;

import org.jspecify.annotations.NullMarked;
