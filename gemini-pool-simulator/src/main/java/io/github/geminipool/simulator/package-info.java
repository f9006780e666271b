/** A Gemini API on the loopback interface, for tests and demonstrations. Begin with {@link io.github.geminipool.simulator.GeminiSimulator}. */
@NullMarked
package io.github.geminipool.simulator;

import org.jspecify.annotations.NullMarked;
