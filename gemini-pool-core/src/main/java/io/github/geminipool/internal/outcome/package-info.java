/** How requests for leases, and attempts, end. Not an API. */
@NullMarked
package io.github.geminipool.internal.outcome;

import org.jspecify.annotations.NullMarked;
