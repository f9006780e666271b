/** Several pools on the wire that share facts, as the replicas of an application do. */
@NullMarked
package io.github.geminipool.wire.replicas;

import org.jspecify.annotations.NullMarked;
