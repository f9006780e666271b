package io.github.geminipool.samples.gateway;

import java.util.Set;

/**
 * A client of the gateway.
 *
 * @param name the caller's name in the pool
 * @param seesAll whether it may use the resources of all clients
 * @param models the models that it may use; empty for all
 */
record GatewayClient(String name, boolean seesAll, Set<String> models) {

    /** Returns whether the client is not limited at all, so that its requests need not be read. */
    boolean isUnread() {
        return seesAll && models.isEmpty();
    }

    boolean mayUse(String model) {
        return models.isEmpty()
                || models.contains(model.startsWith("models/") ? model.substring("models/".length()) : model);
    }
}
