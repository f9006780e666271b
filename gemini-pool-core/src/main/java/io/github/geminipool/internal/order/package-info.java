/** Which slots of quotas that replicas share are ordered for those who wait. Not an API. */
@NullMarked
package io.github.geminipool.internal.order;

import org.jspecify.annotations.NullMarked;
