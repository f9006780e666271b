package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.HealthSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a pool. No two have the same secret or name. Keys can be added, removed and replaced at run time; each reader
 * sees a consistent list. Thread-safe.
 */
public final class KeyRing {

    private final Map<String, Project> projects;
    private final Exclusions exclusions;
    private final HealthSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Keys current;
    private int positions;

    /** A consistent list of keys. */
    private record Keys(List<KeyHealth> all, int projects) {

        Keys(List<KeyHealth> all) {
            this(List.copyOf(all), (int)
                    all.stream().map(key -> key.project().name()).distinct().count());
        }
    }

    /**
     * Creates a ring.
     *
     * @param projects configured projects, by name
     * @throws IllegalArgumentException if there is no key, or a secret or a name occurs twice
     */
    public KeyRing(List<ApiKey> keys, Map<String, Project> projects, Exclusions exclusions, HealthSettings settings) {
        this.projects = Map.copyOf(projects);
        this.exclusions = exclusions;
        this.settings = settings;
        this.current = new Keys(List.of());
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("A GeminiPool needs at least one API key; none was given");
        }
        List<KeyHealth> ring = new ArrayList<>(keys.size());
        Map<String, KeyHealth> byName = new HashMap<>();
        Map<Secret, KeyHealth> bySecret = new HashMap<>();
        for (ApiKey key : keys) {
            KeyHealth made = make(key);
            KeyHealth same = bySecret.put(key.secret(), made);
            refuseSameSecret(same != null, same == null ? made : same, made.name());
            refuseSameName(byName.put(made.name(), made) != null, made.name());
            ring.add(made);
        }
        this.current = new Keys(ring);
    }

    private KeyHealth make(ApiKey key) {
        int position = positions++;
        return make(key.name() != null ? key.name() : "Key #" + (position + 1), position, key);
    }

    private KeyHealth make(String name, int position, ApiKey key) {
        String projectName = key.project() != null ? key.project() : name;
        Project project = projects.getOrDefault(projectName, Project.of(projectName));
        KeyHealth made = new KeyHealth(name, position, key, project, exclusions, settings);
        if (!key.enabled()) {
            made.disable("disabled by configuration");
        }
        return made;
    }

    private static void refuseSameSecret(boolean isSame, KeyHealth other, String name) {
        if (isSame) {
            throw new IllegalArgumentException(
                    "'" + other.name() + "' and '" + name + "' are the same API key; list it once");
        }
    }

    private static void refuseSameName(boolean isSame, String name) {
        if (isSame) {
            throw new IllegalArgumentException("Two API keys are named '" + name + "'; give each a unique name");
        }
    }

    /** Returns the current keys, in their order. */
    public List<KeyHealth> keys() {
        return current.all();
    }

    /** Returns the number of the keys' projects. */
    int projects() {
        return current.projects();
    }

    /** Returns the key with a name, or null. */
    public @Nullable KeyHealth find(String name) {
        for (KeyHealth key : keys()) {
            if (key.name().equals(name)) {
                return key;
            }
        }
        return null;
    }

    /**
     * Adds a key at the end.
     *
     * @throws IllegalArgumentException if another key has its secret or its name
     */
    public KeyHealth add(ApiKey key) {
        lock.lock();
        try {
            List<KeyHealth> ring = new ArrayList<>(keys());
            String name = key.name() != null ? key.name() : "Key #" + (positions + 1);
            for (KeyHealth other : ring) {
                refuseSameSecret(other.key().secret().equals(key.secret()), other, name);
                refuseSameName(other.name().equals(name), name);
            }
            KeyHealth made = make(key);
            ring.add(made);
            publish(ring);
            return made;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes a key.
     *
     * @return the key; null if there is none with that name
     * @throws IllegalArgumentException if it is the last one
     */
    public @Nullable KeyHealth remove(String name) {
        lock.lock();
        try {
            KeyHealth key = find(name);
            if (key == null) {
                return null;
            }
            List<KeyHealth> ring = new ArrayList<>(keys());
            if (ring.size() == 1) {
                throw new IllegalArgumentException(
                        "'" + name + "' is the pool's last API key; add another one first, or disable it");
            }
            ring.remove(key);
            key.remove();
            publish(ring);
            return key;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Replaces a key by one with the same name and place but without its history.
     *
     * @return the new key; null if there is none with that name
     * @throws IllegalArgumentException if another key has its secret
     */
    public @Nullable KeyHealth replace(String name, ApiKey by) {
        lock.lock();
        try {
            KeyHealth key = find(name);
            if (key == null) {
                return null;
            }
            List<KeyHealth> ring = new ArrayList<>(keys());
            for (KeyHealth other : ring) {
                refuseSameSecret(other != key && other.key().secret().equals(by.secret()), other, name);
            }
            Scope scope = new Scope.Key(name);
            exclusions.forget(scope::equals);
            KeyHealth made = make(name, key.position(), by);
            key.remove();
            ring.set(ring.indexOf(key), made);
            publish(ring);
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void publish(List<KeyHealth> ring) {
        current = new Keys(ring);
        Set<String> names = new HashSet<>();
        Set<String> projectNames = new HashSet<>();
        Set<String> accounts = new HashSet<>();
        for (KeyHealth key : ring) {
            names.add(key.name());
            projectNames.add(key.project().name());
            accounts.add(key.project().billingAccount());
        }
        // Calls in flight with a removed key may still exclude scopes; the next change forgets those.
        exclusions.forget(scope -> isUnused(scope, names, projectNames, accounts));
    }

    private static boolean isUnused(Scope scope, Set<String> names, Set<String> projects, Set<String> accounts) {
        if (scope instanceof Scope.Key key) {
            return !names.contains(key.key());
        }
        if (scope instanceof Scope.Project project) {
            return !projects.contains(project.project());
        }
        if (scope instanceof Scope.ProjectModel projectModel) {
            return !projects.contains(projectModel.project());
        }
        return scope instanceof Scope.BillingAccount account && !accounts.contains(account.billingAccount());
    }
}
