package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.ServiceTier;

/**
 * How a request is answered.
 *
 * @param project the project that asks
 * @param served the service tier that serves it
 * @param repeats whether the continuation token of the answer leads to the same answer
 */
record Admitted(String project, ServiceTier served, boolean repeats) {}
