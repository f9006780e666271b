/** What the replicas of an application share through a {@link io.github.geminipool.spi.SharedStore}: quotas and facts. */
@NullMarked
package io.github.geminipool.shared;

import org.jspecify.annotations.NullMarked;
