/** The collector behind the statistics. Not an API. */
@NullMarked
package io.github.geminipool.internal.stats;

import org.jspecify.annotations.NullMarked;
