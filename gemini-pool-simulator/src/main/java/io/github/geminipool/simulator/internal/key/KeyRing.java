package io.github.geminipool.simulator.internal.key;

import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.UsageTier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The known keys. Thread-safe. */
public final class KeyRing {
    private final List<SimulatedKey> initial;
    private final Map<String, SimulatedKey> bySecret = new LinkedHashMap<>();
    private int named;

    /**
     * Creates a ring with initial keys.
     *
     * @param initial the keys
     */
    public KeyRing(List<SimulatedKey> initial) {
        this.initial = List.copyOf(initial);
        reset();
    }

    /** Restores the initial keys and their states. */
    public synchronized void reset() {
        bySecret.clear();
        initial.forEach(key -> bySecret.put(key.secret(), key));
        named = initial.size();
    }

    /**
     * Adds a key, or replaces the one with the same secret.
     *
     * @param secret the key's secret
     * @param project its project; empty for its own
     * @param billingAccount its project's billing account; empty for the project's own
     * @param tier its project's tier
     * @param state its state
     */
    public synchronized void add(String secret, String project, String billingAccount, UsageTier tier, KeyState state) {
        SimulatedKey old = bySecret.get(secret);
        String name = old != null ? old.name() : "Key #" + ++named;
        bySecret.put(secret, named(secret, name, project, billingAccount, tier, state));
    }

    /**
     * Creates a key with defaults for empty values.
     *
     * @param secret the key's secret
     * @param name its short name
     * @param project its project; empty for its own
     * @param billingAccount its project's billing account; empty for the project's own
     * @param tier its project's tier
     * @param state its state
     * @return the key
     */
    public static SimulatedKey named(
            String secret, String name, String project, String billingAccount, UsageTier tier, KeyState state) {
        String owner = project.isEmpty() ? "project of " + name : project;
        return new SimulatedKey(
                secret,
                name,
                owner,
                billingAccount.isEmpty() ? "billing account of " + owner : billingAccount,
                tier,
                state);
    }

    /**
     * Removes a key.
     *
     * @param secret the key's secret
     * @return whether it was known
     */
    public synchronized boolean remove(String secret) {
        return bySecret.remove(secret) != null;
    }

    /**
     * Changes a key's state.
     *
     * @param secret the secret of a known key
     * @param state the new state
     */
    public synchronized void state(String secret, KeyState state) {
        SimulatedKey key = bySecret.get(secret);
        if (key == null) {
            throw new IllegalArgumentException("Unknown key; add it first");
        }
        bySecret.put(secret, key.in(state));
    }

    /**
     * Finds a key by its secret.
     *
     * @param secret a request's secret
     * @return the key; empty if unknown
     */
    public synchronized Optional<SimulatedKey> find(String secret) {
        return Optional.ofNullable(bySecret.get(secret));
    }

    /**
     * Finds a key by its short name.
     *
     * @param name for example {@code Key #1}, or just the number
     * @return the key; empty if unknown
     */
    public synchronized Optional<SimulatedKey> findNamed(String name) {
        String full = name.startsWith("Key #") ? name : "Key #" + name;
        return bySecret.values().stream().filter(key -> key.name().equals(full)).findFirst();
    }

    /**
     * Returns all keys, in the order in which they were added.
     *
     * @return a copy
     */
    public synchronized List<SimulatedKey> all() {
        return new ArrayList<>(bySecret.values());
    }
}
