package io.github.geminipool.internal.keys;

import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyChanged.Change;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.shared.SharedFacts;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.KeySourceException;
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
 * The keys of a running pool: adds, replaces, disables, enables and removes them, and takes over those of a source that is read
 * again. Events are published when its lock is released. Thread-safe.
 */
public final class LiveKeys {

    private static final Logger log = LoggerFactory.getLogger(LiveKeys.class);

    private final KeyRing ring;
    private final ModelPools pools;
    private final PooledHttpClient http;
    private final PoolListener listeners;
    private final Collector collector;
    private final @Nullable Supplier<? extends Collection<ApiKey>> source;

    /** Null if the pool shares nothing with other replicas. */
    private final @Nullable SharedFacts shared;

    private final KnownSecrets known = new KnownSecrets();
    private final ReentrantLock lock = new ReentrantLock();

    /** Events to publish once the lock is released. */
    private final List<KeyChanged> unpublished = new ArrayList<>();

    /** The keys that the source last returned. */
    private List<ApiKey> read;

    public LiveKeys(
            KeyRing ring,
            ModelPools pools,
            PooledHttpClient http,
            PoolListener listeners,
            Collector collector,
            @Nullable Supplier<? extends Collection<ApiKey>> source,
            List<ApiKey> read,
            @Nullable SharedFacts shared) {
        this.ring = ring;
        this.pools = pools;
        this.http = http;
        this.listeners = listeners;
        this.collector = collector;
        this.source = source;
        this.read = read;
        this.shared = shared;
        secrets().forEach(known::add);
    }

    /** Returns the names of the keys, in their order. */
    public List<String> names() {
        return ring.keys().stream().map(KeyHealth::name).toList();
    }

    /**
     * Adds a key.
     *
     * @return the name of the key in this pool
     * @throws IllegalArgumentException if the pool already has a key with this secret or name
     */
    public String add(ApiKey key) {
        return changed(() -> {
            mask(key.secret());
            KeyHealth added = ring.add(key);
            keysChanged();
            announce(added.name(), Change.ADDED, "project '" + added.project().name() + "'");
            return added.name();
        });
    }

    /**
     * Removes a key; returns false if there is none with this name.
     *
     * @throws IllegalArgumentException if it is the last key
     */
    public boolean remove(String name) {
        return changed(() -> {
            boolean removed = ring.remove(name) != null;
            if (removed) {
                keysChanged();
                announce(name, Change.REMOVED, "calls running with it continue");
            }
            return removed;
        });
    }

    /**
     * Replaces the secret of a key, whose exclusions and error rate are forgotten; returns false if there is none with this name.
     *
     * @throws IllegalArgumentException if the pool already has a key with this secret
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
            keysChanged();
            announce(name, Change.REPLACED, "calls running with the old secret continue");
        }
        return replaced;
    }

    /** Enables a key in all replicas that have it; returns false if there is none with this name. */
    public boolean enable(String name) {
        KeyHealth enabled = enable(name, "its exclusions and error rate are forgotten");
        if (enabled != null && shared != null) {
            shared.enabled(enabled);
        }
        return enabled != null;
    }

    /** Enables a key of this replica only; returns null if there is none with this name. */
    public @Nullable KeyHealth enable(String name, String reason) {
        return changed(() -> {
            KeyHealth key = ring.find(name);
            if (key != null) {
                key.repair();
                pools.keyEnabled();
                announce(name, Change.ENABLED, reason);
            }
            return key;
        });
    }

    /** Disables a key in all replicas that have it, until it is enabled; returns false if there is none with this name. */
    public boolean disable(String name) {
        KeyHealth disabled = disable(name, "disabled by an operator");
        if (disabled != null && shared != null) {
            shared.disabled(disabled);
        }
        return disabled != null;
    }

    /** Disables a key of this replica only; returns null if there is none with this name. */
    public @Nullable KeyHealth disable(String name, String reason) {
        return changed(() -> {
            KeyHealth key = ring.find(name);
            if (key != null) {
                key.disable(reason);
                pools.check();
                announce(name, Change.DISABLED, "until it is enabled");
            }
            return key;
        });
    }

    /** Runs the periodic check now. */
    public void check() {
        pools.check();
    }

    /** Reads the source again, if there is one, and applies the differences to its last keys. */
    public Reload reload() {
        if (source == null) {
            return new Reload(List.of(), names().size(), "the pool has no source of keys");
        }
        return changed(() -> {
            int before = unpublished.size();
            String problem = readAndApply(source);
            return new Reload(
                    unpublished.subList(before, unpublished.size()), ring.keys().size(), problem);
        });
    }

    /**
     * What came of reading the source again.
     *
     * @param keys number of keys now
     * @param problem why nothing changed; null if the source was read
     */
    public record Reload(
            List<KeyChanged> changes, int keys, @Nullable String problem) {

        /** Copies the changes. */
        public Reload {
            changes = List.copyOf(changes);
        }
    }

    /** Returns why the keys stay as they are; null if the source was read. */
    private @Nullable String readAndApply(Supplier<? extends Collection<ApiKey>> from) {
        try {
            List<ApiKey> now = List.copyOf(from.get());
            if (!now.isEmpty()) {
                apply(now);
                read = now;
                return null;
            }
            log.warn("The key source returned no keys; check it. The pool keeps its present keys");
            return "the source returned no keys";
        } catch (KeySourceException e) {
            log.warn("Could not reload the keys: {}. The pool keeps its present keys", e.getMessage());
            return String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            // The exception's message may contain a key.
            String type = e.getClass().getName();
            log.warn("The key source failed with {}; check it. The pool keeps its present keys", type);
            return "the source failed with " + type;
        }
    }

    private void apply(List<ApiKey> now) {
        List<ApiKey> gone = new ArrayList<>(read);
        List<ApiKey> come = new ArrayList<>();
        for (ApiKey key : now) {
            ApiKey before = withSecretOf(key, gone);
            if (before == null || isRenamed(before, key)) {
                come.add(key);
            } else {
                gone.remove(before);
                adapt(before, key);
            }
        }
        for (ApiKey key : come) {
            String holder = nameOf(key);
            if (holder != null && ring.keys().size() > 1) {
                // It has another name now.
                remove(holder);
            }
            ApiKey before = withNameOf(key, gone);
            if (before != null && key.name() != null && replace(key.name(), key)) {
                gone.remove(before);
            } else if (nameOf(key) == null) {
                add(key);
            }
        }
        for (ApiKey key : gone) {
            String name = withSecretOf(key, now) == null ? nameOf(key) : null;
            if (name != null) {
                remove(name);
            }
        }
    }

    private boolean isRenamed(ApiKey before, ApiKey key) {
        return key.name() != null && !key.name().equals(nameOf(before));
    }

    private void adapt(ApiKey before, ApiKey key) {
        String name = nameOf(before);
        if (name == null || before.equals(key)) {
            return;
        }
        if (key.project() != null && !key.project().equals(before.project())) {
            replace(name, key);
        } else if (key.enabled() != before.enabled()) {
            KeyHealth unused = key.enabled()
                    ? enable(name, "its exclusions and error rate are forgotten")
                    : disable(name, "disabled by an operator");
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

    /** Returns the name of a key of the source in this pool; null if it was removed meanwhile. */
    private @Nullable String nameOf(ApiKey key) {
        return ring.keys().stream()
                .filter(own -> own.key().secret().equals(key.secret()))
                .map(KeyHealth::name)
                .findFirst()
                .orElse(null);
    }

    /** Replaces the secrets of present and earlier keys in a text by {@code ***}. */
    public String mask(String text) {
        return known.in(text);
    }

    /** Starts masking a secret in texts before it can be used. */
    private void mask(Secret secret) {
        List<Secret> secrets = secrets();
        secrets.add(secret);
        known.add(secret);
        http.keysChanged(secrets);
    }

    private List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>();
        ring.keys().forEach(key -> secrets.add(key.key().secret()));
        return secrets;
    }

    private void keysChanged() {
        http.keysChanged(secrets());
        collector.retainKeys(Set.copyOf(names()));
        pools.keysChanged();
        if (shared != null) {
            shared.keysChanged();
        }
    }

    private void announce(String name, Change change, String reason) {
        unpublished.add(new KeyChanged(name, change, reason));
    }

    private <T extends @Nullable Object> T changed(Supplier<T> change) {
        List<KeyChanged> events = List.of();
        lock.lock();
        try {
            return change.get();
        } finally {
            try {
                if (lock.getHoldCount() == 1) {
                    events = List.copyOf(unpublished);
                    unpublished.clear();
                }
            } finally {
                lock.unlock();
            }
            events.forEach(listeners::keyChanged);
        }
    }
}
