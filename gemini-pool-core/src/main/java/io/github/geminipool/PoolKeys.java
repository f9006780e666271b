package io.github.geminipool;

import io.github.geminipool.internal.keys.LiveKeys;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Secret;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a running pool, for adding, replacing, disabling, enabling and removing them. Running calls finish with the key that
 * they have; waiting calls use the new keys. Thread-safe.
 *
 * <pre>{@code
 * pool.keys().add(ApiKey.of(secret).named("spare"));
 * pool.keys().disable("key-a");
 * pool.keys().replace("key-b", Secret.of(newSecret));
 * }</pre>
 */
public final class PoolKeys {

    private static final Logger log = LoggerFactory.getLogger(PoolKeys.class);

    private final LiveKeys keys;

    PoolKeys(LiveKeys keys) {
        this.keys = keys;
    }

    /** Returns the names of the keys, in their order. */
    public List<String> names() {
        return keys.names();
    }

    /**
     * Adds a key. A key without a name is named after its position.
     *
     * @return the name of the key in this pool
     * @throws IllegalArgumentException if the pool already has a key with this secret or name
     */
    public String add(ApiKey key) {
        return keys.add(key);
    }

    /**
     * Removes a key. Calls running with it continue.
     *
     * @return false if there is no key with this name
     * @throws IllegalArgumentException if it is the last key
     */
    public boolean remove(String name) {
        return keys.remove(name);
    }

    /**
     * Replaces the secret of a key, for instance after a renewal. The key keeps its name and project; its exclusions and error rate
     * are forgotten. Calls running with the old secret continue.
     *
     * @return false if there is no key with this name
     * @throws IllegalArgumentException if the pool already has a key with this secret
     */
    public boolean replace(String name, Secret secret) {
        return keys.replace(name, secret);
    }

    /**
     * Enables a key at once: ends all exclusions of the key, its project and its billing account. If one of them is still rejected,
     * the next call finds out and excludes it again. With a shared store, this applies to all replicas that have the key.
     *
     * @return false if there is no key with this name
     */
    public boolean enable(String name) {
        return keys.enable(name);
    }

    /**
     * Disables a key until it is enabled. Calls running with it continue. With a shared store, this applies to all replicas that
     * have the key, and to those that start later.
     *
     * @return false if there is no key with this name
     */
    public boolean disable(String name) {
        return keys.disable(name);
    }

    /**
     * Runs the periodic check now: updates which keys count as degraded by their error rates, and balances the instances over the
     * keys.
     */
    public void check() {
        keys.check();
    }

    /**
     * Reloads the key source, if the pool has one, and applies what has changed since the last time. Keys added with {@link #add}
     * stay. If the source fails or has no keys, the pool logs a warning and keeps its keys.
     *
     * @return what changed
     */
    public ReloadedKeys reload() {
        LiveKeys.Reload reload = keys.reload();
        ReloadedKeys reloaded = ReloadedKeys.of(reload.changes(), reload.keys(), reload.problem());
        if (reload.problem() == null) {
            log.info("Reloaded the keys: {}", reloaded);
        }
        return reloaded;
    }

    /** Replaces the secrets of present and earlier keys in a text by {@code ***}. */
    public String mask(String text) {
        return keys.mask(text);
    }

    /** Shows the names of the keys. */
    @Override
    public String toString() {
        return "PoolKeys" + names();
    }
}
