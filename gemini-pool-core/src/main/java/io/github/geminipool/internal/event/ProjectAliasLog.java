package io.github.geminipool.internal.event;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once about keys that are configured with different projects but belong to one Google project: they add no quota, and the
 * pool's ledgers are wrong. Thread-safe.
 */
public final class ProjectAliasLog {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.projects");

    /** Maximum number of Google projects that are remembered. */
    private static final int LIMIT = 10_000;

    private record Named(String key, String project) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Named> first = new HashMap<>();
    private final Set<String> logged = new HashSet<>();

    /**
     * Records the project that Gemini reported for a key.
     *
     * @param project the key's project in the pool
     * @param consumer the project as Gemini reports it
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
            if (other.project().equals(project) || logged.size() >= LIMIT || !logged.add(consumer)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        log.warn(
                "Keys '{}' and '{}' belong to one Google project ({}), but are configured with the projects '{}' and '{}'. "
                        + "They share one quota: give both the same project in gemini.pool.keys",
                other.key(),
                key,
                consumer,
                other.project(),
                project);
    }
}
