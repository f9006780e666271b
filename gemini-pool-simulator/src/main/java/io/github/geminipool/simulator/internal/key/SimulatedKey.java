package io.github.geminipool.simulator.internal.key;

import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.UsageTier;

/**
 * A key known to the simulator.
 *
 * @param secret the key's secret
 * @param name a short name for display, such as {@code Key #1}
 * @param project the project that owns its quotas, files and caches
 * @param billingAccount the project's billing account
 * @param tier the project's tier
 * @param state the key's state
 */
public record SimulatedKey(
        String secret, String name, String project, String billingAccount, UsageTier tier, KeyState state) {

    /**
     * Returns this key in another state.
     *
     * @param other the state
     * @return a new key
     */
    public SimulatedKey in(KeyState other) {
        return new SimulatedKey(secret, name, project, billingAccount, tier, other);
    }

    @Override
    public String toString() {
        return name;
    }
}
