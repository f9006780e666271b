package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The exclusions of projects for models without a pool of their own: there may be any number of names, and what one of
 * them is refused for says nothing about the others. Thread-safe.
 */
final class NameExclusions {

    /** Maximum number of models remembered. */
    private static final int REMEMBERED = 1_000;

    private final ReentrantLock lock = new ReentrantLock();

    /** By model and project, until when; guarded by the lock. */
    private final Map<String, Map<String, Long>> untilNanos = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Long>> eldest) {
            return size() > REMEMBERED;
        }
    };

    private volatile boolean isEmpty = true;

    void exclude(Scope.ProjectModel scope, long until) {
        isEmpty = false;
        lock.lock();
        try {
            untilNanos
                    .computeIfAbsent(scope.model(), model -> new HashMap<>())
                    .merge(scope.project(), until, Math::max);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the projects that are excluded for a model at a time. */
    Set<String> of(String model, long nowNanos) {
        if (isEmpty) {
            return Set.of();
        }
        lock.lock();
        try {
            Set<String> projects = new HashSet<>();
            untilNanos.getOrDefault(model, Map.of()).forEach((project, until) -> {
                if (until > nowNanos) {
                    projects.add(project);
                }
            });
            return projects;
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            untilNanos.clear();
        } finally {
            lock.unlock();
        }
    }
}
