/** Immutable snapshots of what a pool has done and is doing. */
@NullMarked
package io.github.geminipool.stats;

import org.jspecify.annotations.NullMarked;
