package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells the other replicas which project owns a file, a cached content, a batch, an interaction or a session, so that each finds it, also
 * after a restart. Thread-safe.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/files">Files are deleted after 48 hours</a>
 */
final class SharedOwners implements FactReader, Owners {

    private static final String FILES = "files/";
    private static final Duration FILE_LASTS = Duration.ofDays(2);

    /** How long an owner is remembered after the last use of its resource. */
    private static final Duration LASTS = Duration.ofDays(30);

    /** Uses of a resource are told at this distance. */
    private static final Duration REPEATED = Duration.ofDays(1);

    private final SharedStore store;
    private final SharedNames names;
    private final PoolClock clock;
    private final LocalPool pool;
    private final ReentrantLock lock = new ReentrantLock();

    /** What was told last of the resources used last; guarded by the lock. */
    private final Map<String, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > FactKind.OWNER.most();
        }
    };

    private record Told(String project, long untilNanos) {}

    SharedOwners(SharedStore store, SharedNames names, PoolClock clock, LocalPool pool) {
        this.store = store;
        this.names = names;
        this.clock = clock;
        this.pool = pool;
    }

    @Override
    public void learned(String resource, String project) {
        String shared = names.nameOfProject(project);
        if (shared == null || isPage(resource)) {
            return;
        }
        Duration lasts = lasts(resource);
        if (isDue(resource, shared, lasts)) {
            store.publish(new Fact(FactKind.OWNER, resource, shared, store.replica(), lasts, Fact.Precedence.LATEST));
        }
    }

    /** A page of a list is read within minutes, by who has its token. */
    private static boolean isPage(String resource) {
        return resource.contains("?pageToken=");
    }

    private static Duration lasts(String resource) {
        return isOfFile(resource) ? FILE_LASTS : LASTS;
    }

    /** A session of an upload, named by its path, is of no more use than the file. */
    private static boolean isOfFile(String resource) {
        return resource.startsWith(FILES) || resource.startsWith("/");
    }

    private boolean isDue(String resource, String shared, Duration lasts) {
        long now = clock.nanos();
        // A file does not live longer for being used.
        Duration repeated = isOfFile(resource) ? FILE_LASTS : REPEATED;
        lock.lock();
        try {
            Told before = told.get(resource);
            boolean isKnown = before != null
                    && before.project().equals(shared)
                    && before.untilNanos() > PoolClock.plus(now, lasts.minus(repeated));
            if (!isKnown) {
                told.put(resource, new Told(shared, PoolClock.plus(now, lasts)));
            }
            return !isKnown;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void forgotten(String resource) {
        lock.lock();
        try {
            told.remove(resource);
        } finally {
            lock.unlock();
        }
        if (!isPage(resource)) {
            store.retract(FactKind.OWNER, resource);
        }
    }

    @Override
    public void all(List<Fact> facts) {
        lock.lock();
        try {
            // What the store does not have is told again when it is used again.
            told.clear();
        } finally {
            lock.unlock();
        }
        facts.forEach(this::published);
    }

    @Override
    public void published(Fact fact) {
        lock.lock();
        try {
            told.put(fact.name(), new Told(fact.value(), PoolClock.plus(clock.nanos(), fact.lasts())));
        } finally {
            lock.unlock();
        }
        String project = names.projectOf(fact.value());
        if (project != null && !fact.by().equals(store.replica())) {
            pool.adoptOwner(fact.name(), project);
        }
    }

    @Override
    public void retracted(String name) {
        lock.lock();
        try {
            told.remove(name);
        } finally {
            lock.unlock();
        }
        pool.adoptOwner(name, null);
    }
}
