package io.github.geminipool.samples.gateway;

/**
 * A client of the gateway.
 *
 * @param name the caller's name in the pool
 * @param seesAll whether it may use the resources of all clients
 */
record GatewayClient(String name, boolean seesAll) {}
