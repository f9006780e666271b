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
 * The {@link Endpoint @Endpoint} {@code geminipool}: what a pool does, and the ways to steer it. It is read-only unless
 * {@code management.endpoint.geminipool.access} is {@code unrestricted}, and knows keys by their names only.
 */
@Endpoint(id = "geminipool", defaultAccess = Access.READ_ONLY)
public final class GeminiPoolEndpoint {

    private final GeminiPool pool;

    GeminiPoolEndpoint(GeminiPool pool) {
        this.pool = pool;
    }

    /** What can be done to a pool. */
    public enum Action {
        /** Forgets what was counted. */
        RESET_STATS,
        /** Lets a key be used again, whatever is known of it. */
        ENABLE_KEY,
        /** Lets a key not be used until it is enabled. */
        DISABLE_KEY,
        /** Makes the periodic check now. */
        CHECK
    }

    /** The whole picture. */
    @ReadOperation
    public PoolDescriptor pool() {
        return PoolDescriptor.of(pool.stats(), pool.keyStats(), pool.recentDecisions());
    }

    /**
     * One model's pool.
     *
     * @param model its name, which may have slashes
     * @return null if no call to it was made yet
     */
    @ReadOperation
    public @Nullable ModelDescriptor model(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return pool.stats(String.join("/", model)).map(ModelDescriptor::of).orElse(null);
    }

    /** Makes all model pools as new, and reads the keys again. */
    @DeleteOperation
    public void resetAll() {
        pool.reset();
    }

    /**
     * Makes one model's pool as new.
     *
     * @param model its name, which may have slashes
     * @return false if no call to it was made yet
     */
    @DeleteOperation
    public boolean resetModel(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return pool.reset(String.join("/", model));
    }

    /**
     * Does something.
     *
     * @param action what
     * @param key the name of the key that it is done to
     */
    @WriteOperation
    public void act(Action action, @Nullable String key) {
        switch (action) {
            case RESET_STATS -> pool.resetStats();
            case CHECK -> pool.keys().check();
            case ENABLE_KEY -> found(pool.keys().enable(named(action, key)), key);
            case DISABLE_KEY -> found(pool.keys().disable(named(action, key)), key);
        }
    }

    private static String named(Action action, @Nullable String key) {
        if (key == null || key.isBlank()) {
            throw invalid("The action " + action + " needs the name of a key: {\"action\": …, \"key\": …}");
        }
        return key;
    }

    private void found(boolean found, @Nullable String key) {
        if (!found) {
            throw invalid(
                    "There is no key '" + key + "'; there are " + pool.keys().names());
        }
    }

    private static InvalidEndpointRequestException invalid(String reason) {
        return new InvalidEndpointRequestException(reason, reason);
    }
}
