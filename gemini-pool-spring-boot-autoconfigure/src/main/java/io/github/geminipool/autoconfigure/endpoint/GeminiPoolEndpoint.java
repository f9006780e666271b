package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows and controls a pool. Read-only unless
 * {@code management.endpoint.geminipool.access} is {@code unrestricted}. Identifies keys by name only.
 */
@Endpoint(id = "geminipool", defaultAccess = Access.READ_ONLY)
public final class GeminiPoolEndpoint {

    private final GeminiPool pool;

    GeminiPoolEndpoint(GeminiPool pool) {
        this.pool = pool;
    }

    /** Actions on a pool. */
    public enum Action {
        /** Resets all statistics. */
        RESET_STATS,
        /** Enables a key and clears its exclusions. */
        ENABLE_KEY,
        /** Disables a key until it is enabled again. */
        DISABLE_KEY,
        /** Runs the periodic check now. */
        CHECK
    }

    /** Returns the state of the whole pool. */
    @ReadOperation
    public PoolDescriptor pool() {
        return PoolDescriptor.of(pool.stats(), pool.keyStats(), pool.recentDecisions());
    }

    /**
     * Returns the state of one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @return the model's pool, or null if no call has used it yet
     */
    @ReadOperation
    public @Nullable ModelDescriptor model(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return pool.stats(String.join("/", model)).map(ModelDescriptor::of).orElse(null);
    }

    /** Resets all model pools and reloads the keys. */
    @DeleteOperation
    public void resetAll() {
        pool.reset();
    }

    /**
     * Resets one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @return false if no call has used the model yet
     */
    @DeleteOperation
    public boolean resetModel(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return pool.reset(String.join("/", model));
    }

    /**
     * Performs an action.
     *
     * @param action the action
     * @param key the name of the key; required by the actions on a key, otherwise ignored
     */
    @WriteOperation
    public void act(Action action, @Nullable String key) {
        switch (action) {
            case RESET_STATS -> pool.resetStats();
            case CHECK -> pool.keys().check();
            case ENABLE_KEY -> requireFound(pool.keys().enable(requireName(action, key)), key);
            case DISABLE_KEY -> requireFound(pool.keys().disable(requireName(action, key)), key);
        }
    }

    private static String requireName(Action action, @Nullable String key) {
        if (key == null || key.isBlank()) {
            throw invalid("Action " + action + " requires the name of a key: {\"action\": …, \"key\": …}");
        }
        return key;
    }

    private void requireFound(boolean found, @Nullable String key) {
        if (!found) {
            throw invalid(
                    "Unknown key '" + key + "'; the pool has " + pool.keys().names());
        }
    }

    private static InvalidEndpointRequestException invalid(String reason) {
        return new InvalidEndpointRequestException(reason, reason);
    }
}
