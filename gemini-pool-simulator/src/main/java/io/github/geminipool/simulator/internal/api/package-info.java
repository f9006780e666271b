/** What a request asks for, and what becomes of it, without the network. */
@NullMarked
package io.github.geminipool.simulator.internal.api;

import org.jspecify.annotations.NullMarked;
