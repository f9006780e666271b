package io.github.geminipool.samples.gateway;

/**
 * Who uses the gateway.
 *
 * @param name the caller's name in the pool
 * @param seesAll whether it may use the resources of all clients
 */
record GatewayClient(String name, boolean seesAll) {}
