package io.github.geminipool;

import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyChanged.Change;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Secret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a pool while it runs. A change is a difference and not a restart: calls that run end with the key that they
 * have, those that wait take the new ones. Thread-safe.
 *
 * <pre>{@code
 * pool.keys().add(ApiKey.of(secret).named("spare"));
 * pool.keys().disable("key-a");
 * pool.keys().replace("key-b", Secret.of(newSecret));
 * }</pre>
 */
public final class PoolKeys {

    private static final Logger log = LoggerFactory.getLogger(PoolKeys.class);

    private final KeyRing ring;
    private final ModelPools pools;
    private final PooledHttpClient http;
    private final PoolListener listeners;
    private final Collector collector;
    private final @Nullable Supplier<? extends Collection<ApiKey>> source;

    private final ReentrantLock lock = new ReentrantLock();

    /** What listeners are to be told of when the lock is released. */
    private final List<KeyChanged> untold = new ArrayList<>();

    /** What the source said last. */
    private List<ApiKey> read;

    PoolKeys(
            KeyRing ring,
            ModelPools pools,
            PooledHttpClient http,
            PoolListener listeners,
            Collector collector,
            @Nullable Supplier<? extends Collection<ApiKey>> source,
            List<ApiKey> read) {
        this.ring = ring;
        this.pools = pools;
        this.http = http;
        this.listeners = listeners;
        this.collector = collector;
        this.source = source;
        this.read = read;
    }

    /** The names of the keys, in their order. */
    public List<String> names() {
        return ring.keys().stream().map(KeyHealth::name).toList();
    }

    /**
     * Adds a key. One without a name is called by its place.
     *
     * @return the name under which the pool knows it
     * @throws IllegalArgumentException if the pool has the secret already, or another key of that name
     */
    public String add(ApiKey key) {
        return changed(() -> {
            mask(key.secret());
            KeyHealth added = ring.add(key);
            applied();
            tell(added.name(), Change.ADDED, "project '" + added.project().name() + "'");
            return added.name();
        });
    }

    /**
     * Takes a key out. Calls that run with it end as if it were still there.
     *
     * @return false if there is none of that name
     * @throws IllegalArgumentException if it is the last one
     */
    public boolean remove(String name) {
        return changed(() -> {
            boolean removed = ring.remove(name) != null;
            if (removed) {
                applied();
                tell(name, Change.REMOVED, "calls that run with it go on");
            }
            return removed;
        });
    }

    /**
     * Puts another secret in the place of a key, which keeps its name and project: for keys that are renewed. What was known
     * of the old one is forgotten.
     *
     * @return false if there is none of that name
     * @throws IllegalArgumentException if the pool has the secret already
     */
    public boolean replace(String name, Secret secret) {
        return changed(() -> {
            KeyHealth key = ring.find(name);
            return key != null
                    && replace(
                            name,
                            ApiKey.of(secret)
                                    .named(name)
                                    .inProject(key.project().name()));
        });
    }

    private boolean replace(String name, ApiKey by) {
        mask(by.secret());
        boolean replaced = ring.replace(name, by) != null;
        if (replaced) {
            applied();
            tell(name, Change.REPLACED, "calls that run with the old one go on");
        }
        return replaced;
    }

    /**
     * Lets a key be used again at once, whatever is known of it, of its project and of its billing account: if one of them
     * is still rejected, the next call will find out.
     *
     * @return false if there is none of that name
     */
    public boolean enable(String name) {
        return changed(() -> {
            KeyHealth key = ring.find(name);
            if (key == null) {
                return false;
            }
            key.repair();
            pools.keyEnabled();
            tell(name, Change.ENABLED, "whatever was known of it is forgotten");
            return true;
        });
    }

    /**
     * Lets a key not be used until it is enabled. Calls that run with it go on.
     *
     * @return false if there is none of that name
     */
    public boolean disable(String name) {
        return changed(() -> {
            KeyHealth key = ring.find(name);
            if (key == null) {
                return false;
            }
            key.disable("disabled by an operator");
            pools.check();
            tell(name, Change.DISABLED, "until it is enabled");
            return true;
        });
    }

    /**
     * Does what is done from time to time anyway: judges the keys by their error rates, and evens out which instances are
     * bound to which keys.
     */
    public void check() {
        pools.check();
    }

    /**
     * Reads the source of keys again, where the pool has one, and applies the difference to what it said last. Keys that were
     * added here stay. If it fails or has no key any more, everything stays as it is, and the log says so.
     */
    public void reload() {
        if (source == null) {
            return;
        }
        changed(() -> {
            List<ApiKey> now = readSource();
            if (now != null) {
                apply(now);
                read = now;
            }
            return true;
        });
    }

    private @Nullable List<ApiKey> readSource() {
        try {
            List<ApiKey> now = source == null ? List.of() : List.copyOf(source.get());
            if (!now.isEmpty()) {
                return now;
            }
            log.warn("The source of keys has none any more; the pool goes on with those that it had");
        } catch (RuntimeException e) {
            // What it says may contain a key.
            log.warn(
                    "The source of keys failed with a {}; the pool goes on with the keys that it had",
                    e.getClass().getName());
        }
        return null;
    }

    private void apply(List<ApiKey> now) {
        List<ApiKey> gone = new ArrayList<>(read);
        List<ApiKey> come = new ArrayList<>();
        for (ApiKey key : now) {
            ApiKey before = withSecretOf(key, gone);
            if (before == null) {
                come.add(key);
            } else {
                gone.remove(before);
                adapt(before, key);
            }
        }
        for (ApiKey key : come) {
            ApiKey before = withNameOf(key, gone);
            if (before != null && key.name() != null && replace(key.name(), key)) {
                gone.remove(before);
            } else if (nameOf(key) == null) {
                add(key);
            }
        }
        for (ApiKey key : gone) {
            String name = nameOf(key);
            if (name != null) {
                remove(name);
            }
        }
    }

    private void adapt(ApiKey before, ApiKey key) {
        String name = nameOf(before);
        if (name == null || before.equals(key)) {
            return;
        }
        if (key.project() != null && !key.project().equals(before.project())) {
            replace(name, key);
        } else if (key.enabled() != before.enabled()) {
            boolean unused = key.enabled() ? enable(name) : disable(name);
        }
    }

    private static @Nullable ApiKey withSecretOf(ApiKey key, List<ApiKey> among) {
        return among.stream()
                .filter(other -> other.secret().equals(key.secret()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable ApiKey withNameOf(ApiKey key, List<ApiKey> among) {
        return among.stream()
                .filter(other -> key.name() != null && key.name().equals(other.name()))
                .findFirst()
                .orElse(null);
    }

    /** The name under which a key of the source is known; null if it was taken out meanwhile. */
    private @Nullable String nameOf(ApiKey key) {
        return ring.keys().stream()
                .filter(own -> own.key().secret().equals(key.secret()))
                .map(KeyHealth::name)
                .findFirst()
                .orElse(null);
    }

    /** Before anybody can use it. */
    private void mask(Secret secret) {
        List<Secret> secrets = secrets();
        secrets.add(secret);
        http.keysChanged(secrets);
    }

    private List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>();
        ring.keys().forEach(key -> secrets.add(key.key().secret()));
        return secrets;
    }

    private void applied() {
        http.keysChanged(secrets());
        collector.retainKeys(Set.copyOf(names()));
        pools.keysChanged();
    }

    private void tell(String name, Change change, String reason) {
        untold.add(new KeyChanged(name, change, reason));
    }

    private <T> T changed(Supplier<T> change) {
        List<KeyChanged> events = List.of();
        lock.lock();
        try {
            return change.get();
        } finally {
            if (lock.getHoldCount() == 1) {
                events = List.copyOf(untold);
                untold.clear();
            }
            lock.unlock();
            events.forEach(listeners::keyChanged);
        }
    }

    /** Says how many there are. */
    @Override
    public String toString() {
        return "PoolKeys" + names();
    }
}
