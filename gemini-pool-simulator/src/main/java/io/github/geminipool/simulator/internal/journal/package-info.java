/** The log of requests, and the requests in flight. */
@NullMarked
package io.github.geminipool.simulator.internal.journal;

import org.jspecify.annotations.NullMarked;
