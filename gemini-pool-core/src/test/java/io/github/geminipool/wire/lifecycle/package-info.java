/** Building, resetting and closing a pool; leases that are never returned. */
@NullMarked
package io.github.geminipool.wire.lifecycle;

import org.jspecify.annotations.NullMarked;
