package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.SharingStats;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows and controls the pools. Read-only unless
 * {@code management.endpoint.geminipool.access} is {@code unrestricted}. Identifies keys by name only.
 */
@RegisterReflectionForBinding({
    PoolDescriptor.class,
    PoolsDescriptor.class,
    HistoryDescriptor.class,
    ReplicasDescriptor.class,
    ReloadedKeysDescriptor.class
})
@Endpoint(id = "geminipool", defaultAccess = Access.READ_ONLY)
public final class GeminiPoolEndpoint {

    private static final Logger log = LoggerFactory.getLogger(GeminiPoolEndpoint.class);

    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(2);

    private final Map<String, GeminiPool> pools;
    private final Function<String, List<String>> notes;

    /**
     * Creates the endpoint.
     *
     * @param pools the pools by the names of their beans, at least one
     * @param notes returns, for a pool's name, what to know about the sources of its keys
     */
    GeminiPoolEndpoint(Map<String, GeminiPool> pools, Function<String, List<String>> notes) {
        this.pools = pools;
        this.notes = notes;
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
        CHECK,
        /** Reloads the keys from their source. */
        RELOAD_KEYS
    }

    /**
     * Returns the state of a whole pool, or of all replicas together. If the others can't be shown, a note says why.
     *
     * @param scope {@code all} for all replicas that share a store with this one; {@code history} for this one's last hour; {@code
     *     replica} or null for its current state
     * @param pool the name of the pool; null for the only one, or for all if there are several
     * @return a {@link PoolDescriptor}; or a {@link PoolsDescriptor} of several pools, a {@link ReplicasDescriptor} of all
     *     replicas, or a {@link HistoryDescriptor}
     */
    @ReadOperation
    public Object pool(@Nullable String scope, @Nullable String pool) {
        if (scope == null || scope.equals("replica")) {
            return pool == null && pools.size() > 1
                    ? all()
                    : describe(named(pool).getValue());
        }
        if (scope.equals("all")) {
            return replicas(named(pool).getValue());
        }
        if (scope.equals("history")) {
            return HistoryDescriptor.of(named(pool).getValue().history());
        }
        throw invalid("Unknown scope '" + scope + "'; use 'replica', 'all' or 'history'");
    }

    private PoolsDescriptor all() {
        Map<String, PoolDescriptor> described = new LinkedHashMap<>();
        pools.forEach((name, pool) -> described.put(name, describe(pool)));
        return new PoolsDescriptor(described);
    }

    private static PoolDescriptor describe(GeminiPool pool) {
        return PoolDescriptor.of(
                pool.stats(),
                pool.keyStats(),
                pool.recentDecisions(),
                pool.sharing().orElse(null));
    }

    /** Returns the pool with a name, or the only one. */
    private Map.Entry<String, GeminiPool> named(@Nullable String name) {
        if (name == null && pools.size() > 1) {
            throw invalid("There are several pools; name one of " + pools.keySet() + " as 'pool'");
        }
        return pools.entrySet().stream()
                .filter(entry -> name == null || entry.getKey().equals(name))
                .findFirst()
                .orElseThrow(() -> invalid("Unknown pool '" + name + "'; the application has " + pools.keySet()));
    }

    private static ReplicasDescriptor replicas(GeminiPool pool) {
        SharingStats sharing = pool.sharing().orElse(null);
        if (sharing == null) {
            return ownOnly(
                    pool, null, "This pool shares nothing with other replicas: gemini.pool.shared.enabled is not set");
        }
        try {
            return ReplicasDescriptor.of(
                    pool.replicas().toCompletableFuture().get(STORE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS),
                    sharing,
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ownOnly(pool, sharing, "Interrupted while reading the store that the replicas share");
        } catch (ExecutionException e) {
            // A store's messages name servers and users, which not everybody who may see the pool should know.
            log.warn("The other replicas can't be shown", e.getCause() == null ? e : e.getCause());
            return ownOnly(
                    pool, sharing, "The other replicas can't be shown: their store failed, see this replica's log");
        } catch (TimeoutException e) {
            return ownOnly(
                    pool,
                    sharing,
                    "The other replicas can't be shown: their store did not answer within " + STORE_TIMEOUT.toSeconds()
                            + " s");
        }
    }

    private static ReplicasDescriptor ownOnly(GeminiPool pool, @Nullable SharingStats sharing, String note) {
        return ReplicasDescriptor.ofOne(pool.stats(), pool.keyStats(), sharing, note);
    }

    /**
     * Returns the state of one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @param pool the name of the pool; may be null if there is only one
     * @return the model's pool, or null if no call has used it yet
     */
    @ReadOperation
    public @Nullable ModelDescriptor model(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] model, @Nullable String pool) {
        GeminiPool named = named(pool).getValue();
        return named.stats(String.join("/", model))
                .map(stats -> ModelDescriptor.of(stats, named.keyStats().models()))
                .orElse(null);
    }

    /**
     * Resets all model pools and reloads the keys.
     *
     * @param pool the name of the pool; may be null if there is only one
     */
    @DeleteOperation
    public void resetAll(@Nullable String pool) {
        Map.Entry<String, GeminiPool> named = named(pool);
        named.getValue().reset();
        notes.apply(named.getKey()).forEach(log::info);
    }

    /**
     * Resets one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @param pool the name of the pool; may be null if there is only one
     * @return false if no call has used the model yet
     */
    @DeleteOperation
    public boolean resetModel(@Selector(match = Selector.Match.ALL_REMAINING) String[] model, @Nullable String pool) {
        return named(pool).getValue().reset(String.join("/", model));
    }

    /**
     * Performs an action.
     *
     * @param action the action: {@code reset-stats}, {@code enable-key}, {@code disable-key}, {@code check} or {@code reload-keys}
     * @param key the name of the key; required by the actions on a key, otherwise ignored
     * @param pool the name of the pool; may be null if there is only one
     * @return what changed, for {@code reload-keys}; otherwise null
     */
    @WriteOperation
    public @Nullable ReloadedKeysDescriptor act(String action, @Nullable String key, @Nullable String pool) {
        Action known = actionOf(action);
        Map.Entry<String, GeminiPool> named = named(pool);
        GeminiPool acting = named.getValue();
        switch (known) {
            case RESET_STATS -> acting.resetStats();
            case CHECK -> acting.keys().check();
            case ENABLE_KEY -> requireFound(acting, acting.keys().enable(requireName(known, key)), key);
            case DISABLE_KEY -> requireFound(acting, acting.keys().disable(requireName(known, key)), key);
            case RELOAD_KEYS -> {
                return ReloadedKeysDescriptor.of(acting.keys().reload(), notes.apply(named.getKey()));
            }
        }
        return null;
    }

    private Action actionOf(String name) {
        String wanted = name.strip().replace('-', '_');
        return Arrays.stream(Action.values())
                .filter(action -> action.name().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> invalid("Unknown action '" + name + "'; the actions are "
                        + Arrays.stream(Action.values())
                                .map(GeminiPoolEndpoint::text)
                                .collect(Collectors.joining(", "))));
    }

    private static String text(Action action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String requireName(Action action, @Nullable String key) {
        if (key == null || key.isBlank()) {
            throw invalid("Action " + text(action) + " requires the name of a key: {\"action\": …, \"key\": …}");
        }
        return key;
    }

    private void requireFound(GeminiPool pool, boolean found, @Nullable String key) {
        if (!found) {
            throw invalid(
                    "Unknown key '" + key + "'; the pool has " + pool.keys().names());
        }
    }

    /** Masks a key that was sent in place of a name. */
    private InvalidEndpointRequestException invalid(String reason) {
        String masked = reason;
        for (GeminiPool pool : pools.values()) {
            masked = pool.keys().mask(masked);
        }
        return new InvalidEndpointRequestException(masked, masked);
    }
}
