/** The statistics of a pool, from what was counted and its current state. Not an API. */
@NullMarked
package io.github.geminipool.internal.report;

import org.jspecify.annotations.NullMarked;
