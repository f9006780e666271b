/** Gemini's service tiers: flex, standard and priority. */
@NullMarked
package io.github.geminipool.wire.tiers;

import org.jspecify.annotations.NullMarked;
