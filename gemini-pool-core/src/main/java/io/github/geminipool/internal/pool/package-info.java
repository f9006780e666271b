/** Model pools: instances, leases, waiting requests, and the bindings of instances to keys. Not an API. */
@NullMarked
package io.github.geminipool.internal.pool;

import org.jspecify.annotations.NullMarked;
