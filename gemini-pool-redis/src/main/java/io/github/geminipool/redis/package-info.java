/** Shares quotas and facts among the replicas of an application, on Redis. */
@NullMarked
package io.github.geminipool.redis;

import org.jspecify.annotations.NullMarked;
