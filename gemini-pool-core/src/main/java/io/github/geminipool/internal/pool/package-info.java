/** Model pools: instances, leases, those who wait for them, and the choice of a key. Not an API. */
@NullMarked
package io.github.geminipool.internal.pool;

import org.jspecify.annotations.NullMarked;
