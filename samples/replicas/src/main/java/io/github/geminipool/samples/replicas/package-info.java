/** Two replicas of an application that share their quotas. */
@NullMarked
package io.github.geminipool.samples.replicas;

import org.jspecify.annotations.NullMarked;
