package io.github.geminipool.internal.event;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log, once, of keys that were given to the pool as those of different projects although Gemini counts them as
 * one: they add no quota, and the pool counts wrongly. Thread-safe.
 */
public final class ProjectAliasLog {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.projects");

    /** What is named beyond that is not looked at. */
    private static final int LIMIT = 10_000;

    private record Named(String key, String project) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Named> first = new HashMap<>();
    private final Set<String> told = new HashSet<>();

    /**
     * Gemini named its project in answer to a key.
     *
     * @param project of the key, as the pool knows it
     * @param consumer the project, as Gemini knows it
     */
    public void named(String key, String project, String consumer) {
        Named other;
        lock.lock();
        try {
            other = first.get(consumer);
            if (other == null) {
                if (first.size() < LIMIT) {
                    first.put(consumer, new Named(key, project));
                }
                return;
            }
            if (other.project().equals(project) || told.size() >= LIMIT || !told.add(consumer)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        log.warn(
                "Keys '{}' and '{}' belong to one Google project ({}), although the pool knows them as those of '{}' and '{}'. "
                        + "Together they have one quota: give both the same project in gemini.pool.keys",
                other.key(),
                key,
                consumer,
                other.project(),
                project);
    }
}
