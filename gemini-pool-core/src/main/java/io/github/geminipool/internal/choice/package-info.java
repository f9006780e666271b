/** The choice of a key: candidates, tiers, filters, scores, and explanations. Not an API. */
@NullMarked
package io.github.geminipool.internal.choice;

import org.jspecify.annotations.NullMarked;
