/** A simulated Gemini API on the loopback interface, for tests and demos. Start with {@link io.github.geminipool.simulator.GeminiSimulator}. */
@NullMarked
package io.github.geminipool.simulator;

import org.jspecify.annotations.NullMarked;
