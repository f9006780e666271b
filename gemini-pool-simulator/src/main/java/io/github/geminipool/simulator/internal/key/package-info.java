/** Keys with their projects and states. */
@NullMarked
package io.github.geminipool.simulator.internal.key;

import org.jspecify.annotations.NullMarked;
