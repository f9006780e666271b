package io.github.geminipool.internal.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Which project made a resource that no other project may use. Of very many, the oldest are forgotten. */
final class Affinities {

    static final int LIMIT = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, String> projects = new LinkedHashMap<>();

    void remember(String resource, String project) {
        lock.lock();
        try {
            projects.remove(resource);
            projects.put(resource, project);
            if (projects.size() > LIMIT) {
                Map.Entry<String, String> oldest =
                        projects.entrySet().iterator().next();
                projects.remove(oldest.getKey());
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    String projectOf(@Nullable String resource) {
        if (resource == null) {
            return null;
        }
        lock.lock();
        try {
            return projects.get(resource);
        } finally {
            lock.unlock();
        }
    }
}
