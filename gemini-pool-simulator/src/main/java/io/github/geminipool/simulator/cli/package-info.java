/** The simulator as a command-line program. */
@NullMarked
package io.github.geminipool.simulator.cli;

import org.jspecify.annotations.NullMarked;
