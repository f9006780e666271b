/** Which slots of shared quotas to order for waiting requests. Not an API. */
@NullMarked
package io.github.geminipool.internal.order;

import org.jspecify.annotations.NullMarked;
