/** Parses requests and decides the responses, without the network. */
@NullMarked
package io.github.geminipool.simulator.internal.api;

import org.jspecify.annotations.NullMarked;
