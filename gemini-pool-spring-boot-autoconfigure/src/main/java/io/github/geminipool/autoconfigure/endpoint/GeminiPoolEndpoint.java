package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.stats.SharingStats;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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
 * {@link Endpoint @Endpoint} that shows and controls a pool. Read-only unless
 * {@code management.endpoint.geminipool.access} is {@code unrestricted}. Identifies keys by name only.
 */
@RegisterReflectionForBinding({PoolDescriptor.class, ReplicasDescriptor.class, ReloadedKeysDescriptor.class})
@Endpoint(id = "geminipool", defaultAccess = Access.READ_ONLY)
public final class GeminiPoolEndpoint {

    private static final Logger log = LoggerFactory.getLogger(GeminiPoolEndpoint.class);

    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(2);

    private final GeminiPool pool;
    private final Supplier<List<String>> notes;

    /**
     * Creates the endpoint.
     *
     * @param notes what to know about where the keys come from
     */
    GeminiPoolEndpoint(GeminiPool pool, Supplier<List<String>> notes) {
        this.pool = pool;
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
        /** Reads the source of the keys again. */
        RELOAD_KEYS
    }

    /**
     * Returns the state of the whole pool, or of all replicas together. Where the others can't be shown, a note says why.
     *
     * @param scope {@code all} for all replicas that share a store with this one; {@code replica} or null for this one
     * @return a {@link PoolDescriptor}, or a {@link ReplicasDescriptor} of all replicas
     */
    @ReadOperation
    public Object pool(@Nullable String scope) {
        if (scope == null || scope.equals("replica")) {
            return pool();
        }
        if (scope.equals("all")) {
            return replicas();
        }
        throw invalid("Unknown scope '" + scope + "'; it is 'replica' or 'all'");
    }

    PoolDescriptor pool() {
        return PoolDescriptor.of(
                pool.stats(),
                pool.keyStats(),
                pool.recentDecisions(),
                pool.sharing().orElse(null));
    }

    private ReplicasDescriptor replicas() {
        SharingStats sharing = pool.sharing().orElse(null);
        if (sharing == null) {
            return ownOnly(null, "This pool shares nothing with other replicas: gemini.pool.shared.enabled is not set");
        }
        try {
            return ReplicasDescriptor.of(
                    pool.replicas().toCompletableFuture().get(STORE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS),
                    sharing,
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ownOnly(sharing, "Interrupted while the store was read that the replicas share");
        } catch (ExecutionException e) {
            // Messages of a store name servers and users, which not everybody may know who may see the pool.
            log.warn("The other replicas can't be shown", e.getCause() == null ? e : e.getCause());
            return ownOnly(sharing, "The other replicas can't be shown: their store failed, see this replica's log");
        } catch (TimeoutException e) {
            return ownOnly(
                    sharing,
                    "The other replicas can't be shown: their store did not answer within " + STORE_TIMEOUT.toSeconds()
                            + " s");
        }
    }

    private ReplicasDescriptor ownOnly(@Nullable SharingStats sharing, String note) {
        return ReplicasDescriptor.ofOne(pool.stats(), pool.keyStats(), sharing, note);
    }

    /**
     * Returns the state of one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @return the model's pool, or null if no call has used it yet
     */
    @ReadOperation
    public @Nullable ModelDescriptor model(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return pool.stats(String.join("/", model))
                .map(stats -> ModelDescriptor.of(stats, pool.keyStats().models()))
                .orElse(null);
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
     * @param action the action: {@code reset-stats}, {@code enable-key}, {@code disable-key}, {@code check} or {@code reload-keys}
     * @param key the name of the key; required by the actions on a key, otherwise ignored
     * @return what changed, of {@code reload-keys}; otherwise null
     */
    @WriteOperation
    public @Nullable ReloadedKeysDescriptor act(String action, @Nullable String key) {
        Action known = actionOf(action);
        switch (known) {
            case RESET_STATS -> pool.resetStats();
            case CHECK -> pool.keys().check();
            case ENABLE_KEY -> requireFound(pool.keys().enable(requireName(known, key)), key);
            case DISABLE_KEY -> requireFound(pool.keys().disable(requireName(known, key)), key);
            case RELOAD_KEYS -> {
                return ReloadedKeysDescriptor.of(pool.keys().reload(), notes.get());
            }
        }
        return null;
    }

    private static Action actionOf(String name) {
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

    private static String requireName(Action action, @Nullable String key) {
        if (key == null || key.isBlank()) {
            throw invalid("Action " + text(action) + " requires the name of a key: {\"action\": …, \"key\": …}");
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
