package io.github.geminipool.simulator.internal.key;

import io.github.geminipool.simulator.KeyState;

/**
 * A key that the simulator knows.
 *
 * @param secret what requests carry
 * @param name a short name that can be shown, such as {@code Key #1}
 * @param project owner of quotas, files and caches
 * @param billingAccount owner of the project
 * @param state what becomes of requests with it
 */
public record SimulatedKey(String secret, String name, String project, String billingAccount, KeyState state) {

    /**
     * The same key in another state.
     *
     * @param other the state
     * @return a new value
     */
    public SimulatedKey in(KeyState other) {
        return new SimulatedKey(secret, name, project, billingAccount, other);
    }

    @Override
    public String toString() {
        return name;
    }
}
