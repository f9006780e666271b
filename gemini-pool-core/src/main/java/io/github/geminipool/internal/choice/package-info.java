/** Which key serves a request: candidates, tiers, filters, scores, quotas, and the reasons. Not an API. */
@NullMarked
package io.github.geminipool.internal.choice;

import org.jspecify.annotations.NullMarked;
