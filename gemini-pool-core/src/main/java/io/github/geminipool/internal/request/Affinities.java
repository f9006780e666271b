package io.github.geminipool.internal.request;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which project owns a resource that no other project may use. Of very many, those are forgotten that were not asked for
 * longest.
 */
final class Affinities {

    static final int LIMIT = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, String> projects = new LinkedHashMap<>(16, 0.75f, true);

    /** Who was the last known to own one of a kind; there are few kinds. */
    private final Map<String, String> lastOfKind = new HashMap<>();

    private @Nullable String last;
    private volatile boolean empty = true;

    /** Whether nothing is remembered, so that no call needs to be looked through. */
    boolean isEmpty() {
        return empty;
    }

    void remember(String resource, String project) {
        if (resource.length() > ResourceNames.LONGEST) {
            return;
        }
        lock.lock();
        try {
            projects.put(resource, project);
            if (projects.size() > LIMIT) {
                String oldest = projects.keySet().iterator().next();
                projects.remove(oldest);
            }
            lastOfKind.put(ResourceNames.kindOf(resource), project);
            last = project;
            empty = false;
        } finally {
            lock.unlock();
        }
    }

    /** It is there no more. */
    void forget(String resource) {
        lock.lock();
        try {
            projects.remove(resource);
            empty = projects.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How many are remembered. */
    int size() {
        lock.lock();
        try {
            return projects.size();
        } finally {
            lock.unlock();
        }
    }

    /** The project that owns a resource; null if that is not known. */
    @Nullable
    String projectOf(@Nullable String resource) {
        if (resource == null || empty) {
            return null;
        }
        lock.lock();
        try {
            return projects.get(resource);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Where a resource of an unknown owner is most likely: at the project that was the last known to own one of its kind,
     * else any; who has just made or used one goes on with it.
     *
     * @return null if nothing is known at all
     */
    @Nullable
    String likelyProjectOf(String resource) {
        lock.lock();
        try {
            return lastOfKind.getOrDefault(ResourceNames.kindOf(resource), last);
        } finally {
            lock.unlock();
        }
    }
}
