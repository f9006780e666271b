/** The network: Jetty, connections, event streams, websockets and the control paths. */
@NullMarked
package io.github.geminipool.simulator.internal.http;

import org.jspecify.annotations.NullMarked;
