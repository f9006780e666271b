/** Extension points for applications: selecting keys, running attempts, tracing calls, sharing with replicas, time. */
@NullMarked
package io.github.geminipool.spi;

import org.jspecify.annotations.NullMarked;
