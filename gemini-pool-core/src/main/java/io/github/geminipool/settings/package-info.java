/** The settings of a pool, as immutable records. */
@NullMarked
package io.github.geminipool.settings;

import org.jspecify.annotations.NullMarked;
