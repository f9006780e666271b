package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once about each key that other replicas have in another project, since its quotas are then not shared. Thread-safe. */
final class ProjectsOfKeys implements FactReader {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.projects");

    private static final Duration LASTS = Duration.ofDays(30);

    private final SharedStore store;
    private final SharedNames names;
    private final ReentrantLock lock = new ReentrantLock();

    /** The project of each key as this replica has published it; guarded by the lock. */
    private final Map<String, String> told = new HashMap<>();

    /** The keys that were warned about; guarded by the lock. */
    private final Set<String> warned = new HashSet<>();

    ProjectsOfKeys(SharedStore store, SharedNames names) {
        this.store = store;
        this.names = names;
    }

    /** Publishes the projects of the keys that are new or have another project now. */
    void keysChanged() {
        Map<String, KeyHealth> keys = names.keys();
        lock.lock();
        try {
            told.keySet().retainAll(keys.keySet());
            warned.retainAll(keys.keySet());
        } finally {
            lock.unlock();
        }
        keys.forEach((fingerprint, key) -> {
            String project = names.nameOfProject(key.project().name());
            if (project != null && isNew(fingerprint, project)) {
                publish(fingerprint, project);
            }
        });
    }

    private boolean isNew(String fingerprint, String project) {
        lock.lock();
        try {
            return !project.equals(told.put(fingerprint, project));
        } finally {
            lock.unlock();
        }
    }

    private void publish(String fingerprint, String project) {
        store.publish(new Fact(
                FactKind.PROJECT_OF_KEY, fingerprint, project, store.replica(), LASTS, Fact.Precedence.LATEST));
    }

    @Override
    public void all(List<Fact> facts) {
        facts.forEach(this::published);
        Set<String> present = facts.stream().map(Fact::name).collect(Collectors.toSet());
        Map<String, String> lost;
        lock.lock();
        try {
            lost = new HashMap<>(told);
        } finally {
            lock.unlock();
        }
        lost.keySet().removeAll(present);
        lost.forEach(this::publish);
        keysChanged();
    }

    @Override
    public void published(Fact fact) {
        KeyHealth key = names.keyOf(fact.name());
        String own = key == null ? null : names.nameOfProject(key.project().name());
        if (key == null || own == null || own.equals(fact.value()) || !isFirst(fact.name())) {
            return;
        }
        log.warn(
                "Key '{}' belongs to {} here, but to {} at replica {}: the replicas don't share its quotas. Configure the same "
                        + "project for the key at all of them",
                key.name(),
                inWords(own, fact.name()),
                inWords(fact.value(), fact.name()),
                fact.by());
    }

    private static String inWords(String project, String fingerprint) {
        return project.equals(fingerprint) ? "no project" : "project '" + project + "'";
    }

    private boolean isFirst(String fingerprint) {
        lock.lock();
        try {
            return warned.add(fingerprint);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void retracted(String name) {
        // Nobody retracts the project of a key.
    }
}
