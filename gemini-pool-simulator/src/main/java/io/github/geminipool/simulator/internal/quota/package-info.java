/** Windows and books of quotas. */
@NullMarked
package io.github.geminipool.simulator.internal.quota;

import org.jspecify.annotations.NullMarked;
