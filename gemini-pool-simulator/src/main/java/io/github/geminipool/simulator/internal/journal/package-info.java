/** What was seen, and what is going on. */
@NullMarked
package io.github.geminipool.simulator.internal.journal;

import org.jspecify.annotations.NullMarked;
