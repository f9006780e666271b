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
 * The keys of a pool by their names and projects; refuses those that contradict each other. They change while it runs:
 * whoever reads them sees one list or the next. Thread-safe.
 */
public final class KeyRing {

    private final Map<String, Project> projects;
    private final Exclusions exclusions;
    private final HealthSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Keys current;
    private int positions;

    /** The keys at one time. */
    private record Keys(List<KeyHealth> all, int projects) {

        Keys(List<KeyHealth> all) {
            this(List.copyOf(all), (int)
                    all.stream().map(key -> key.project().name()).distinct().count());
        }
    }

    /**
     * A ring.
     *
     * @param projects what is known of projects, by name
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
            KeyHealth twin = bySecret.put(key.secret(), made);
            refuseTwin(twin != null, twin == null ? made : twin, made.name());
            refuseNamesake(byName.put(made.name(), made) != null, made.name());
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

    private static void refuseTwin(boolean isTwin, KeyHealth of, String name) {
        if (isTwin) {
            throw new IllegalArgumentException(
                    "'" + of.name() + "' and '" + name + "' are the same API key; list it once");
        }
    }

    private static void refuseNamesake(boolean isNamesake, String name) {
        if (isNamesake) {
            throw new IllegalArgumentException("Two API keys are named '" + name + "'; give each its own name");
        }
    }

    /** The keys now, in their order. */
    public List<KeyHealth> keys() {
        return current.all();
    }

    /** Of how many projects they are. */
    int projects() {
        return current.projects();
    }

    /** The key of a name, or null. */
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
     * @throws IllegalArgumentException if its secret or its name occurs already
     */
    public KeyHealth add(ApiKey key) {
        lock.lock();
        try {
            List<KeyHealth> ring = new ArrayList<>(keys());
            String name = key.name() != null ? key.name() : "Key #" + (positions + 1);
            for (KeyHealth other : ring) {
                refuseTwin(other.key().secret().equals(key.secret()), other, name);
                refuseNamesake(other.name().equals(name), name);
            }
            KeyHealth made = make(key);
            ring.add(made);
            become(ring);
            return made;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a key out.
     *
     * @return it; null if there is none of that name
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
            become(ring);
            return key;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a key in another one's place, under its name and with nothing of its past.
     *
     * @return the new one; null if there is none of that name
     * @throws IllegalArgumentException if the secret occurs already
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
                refuseTwin(other != key && other.key().secret().equals(by.secret()), other, name);
            }
            Scope scope = new Scope.Key(name);
            exclusions.forget(scope::equals);
            KeyHealth made = make(name, key.position(), by);
            key.remove();
            ring.set(ring.indexOf(key), made);
            become(ring);
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void become(List<KeyHealth> ring) {
        current = new Keys(ring);
        Set<String> names = new HashSet<>();
        Set<String> ofProjects = new HashSet<>();
        Set<String> accounts = new HashSet<>();
        for (KeyHealth key : ring) {
            names.add(key.name());
            ofProjects.add(key.project().name());
            accounts.add(key.project().billingAccount());
        }
        // What running calls with a key that is gone still find out is swept away with the next change.
        exclusions.forget(scope -> isOfNone(scope, names, ofProjects, accounts));
    }

    private static boolean isOfNone(Scope scope, Set<String> names, Set<String> projects, Set<String> accounts) {
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
