package io.github.geminipool;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the keys of a builder their names and projects, and refuses those that contradict each other. */
final class KeyRing {

    private KeyRing() {}

    static List<KeyHealth> of(List<ApiKey> keys, Map<String, Project> projects, Exclusions exclusions) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("A GeminiPool needs at least one API key; none was given");
        }
        Map<Secret, String> namesBySecret = new HashMap<>();
        Map<String, Secret> secretsByName = new HashMap<>();
        List<KeyHealth> ring = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            ApiKey key = keys.get(i);
            String name = key.name() != null ? key.name() : "Key #" + (i + 1);
            @Nullable String twin = namesBySecret.put(key.secret(), name);
            if (twin != null) {
                throw new IllegalArgumentException(
                        "'" + twin + "' and '" + name + "' are the same API key; list it once");
            }
            if (secretsByName.put(name, key.secret()) != null) {
                throw new IllegalArgumentException("Two API keys are named '" + name + "'; give each its own name");
            }
            String projectName = key.project() != null ? key.project() : name;
            Project project = projects.getOrDefault(projectName, Project.of(projectName));
            ring.add(new KeyHealth(name, i, key, project, exclusions));
            if (!key.enabled()) {
                exclude(ring.get(i), exclusions);
            }
        }
        return List.copyOf(ring);
    }

    private static void exclude(KeyHealth key, Exclusions exclusions) {
        exclusions.exclude(
                new Exclusion(new Scope.Key(key.name()), PoolClock.NEVER, "disabled by configuration", null), 0);
    }
}
