/** Statistics of a pool, as immutable snapshots. */
@NullMarked
package io.github.geminipool.stats;

import org.jspecify.annotations.NullMarked;
