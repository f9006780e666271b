package io.github.geminipool.internal.request;

import io.github.geminipool.internal.shared.Owners;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which project owns a resource, as no other project can use it. Beyond {@value #MAX_RESOURCES} resources, the
 * least recently used is forgotten. Thread-safe.
 */
final class Affinities {

    static final int MAX_RESOURCES = 10_000;

    private final Owners owners;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, String> projects = new LinkedHashMap<>(16, 0.75f, true);

    /** The last known owner of a resource of each kind; there are few kinds. */
    private final Map<String, String> lastOwners = new HashMap<>();

    private @Nullable String lastOwner;
    private volatile boolean empty = true;

    /** Creates an empty table. */
    Affinities() {
        this(Owners.UNSHARED);
    }

    /**
     * Creates an empty table.
     *
     * @param owners is told what the table is told
     */
    Affinities(Owners owners) {
        this.owners = owners;
    }

    /** Returns whether nothing is remembered, so that no request needs to be searched for names. */
    boolean isEmpty() {
        return empty;
    }

    /** Records the owner of a resource, unless the resource's name is too long. */
    void remember(String resource, String project) {
        if (resource.length() > ResourceNames.MAX_LENGTH) {
            return;
        }
        lock.lock();
        try {
            put(resource, project);
            lastOwners.put(ResourceNames.kindOf(resource), project);
            lastOwner = project;
        } finally {
            lock.unlock();
        }
        owners.learned(resource, project);
    }

    private void put(String resource, String project) {
        projects.put(resource, project);
        if (projects.size() > MAX_RESOURCES) {
            String oldest = projects.keySet().iterator().next();
            projects.remove(oldest);
        }
        empty = false;
    }

    /**
     * Takes over the owner that another replica has learned.
     *
     * @param project null if the resource no longer exists
     */
    void adopt(String resource, @Nullable String project) {
        if (project == null) {
            remove(resource);
            return;
        }
        lock.lock();
        try {
            put(resource, project);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a resource that no longer exists. */
    void forget(String resource) {
        remove(resource);
        owners.forgotten(resource);
    }

    private void remove(String resource) {
        lock.lock();
        try {
            projects.remove(resource);
            empty = projects.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of resources remembered. */
    int size() {
        lock.lock();
        try {
            return projects.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the project that owns a resource; null if unknown. */
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
     * Guesses the owner of a resource whose owner is unknown: the last known owner of one of its kind, else of any, since
     * a caller tends to use resources right after creating them.
     *
     * @return null if no owner is known at all
     */
    @Nullable
    String likelyProjectOf(String resource) {
        lock.lock();
        try {
            return lastOwners.getOrDefault(ResourceNames.kindOf(resource), lastOwner);
        } finally {
            lock.unlock();
        }
    }
}
