/** The simulator as a program. */
@NullMarked
package io.github.geminipool.simulator.cli;

import org.jspecify.annotations.NullMarked;
