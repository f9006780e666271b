/** Sharing with other replicas of the application, on Redis. */
@NullMarked
package io.github.geminipool.autoconfigure.shared;

import org.jspecify.annotations.NullMarked;
