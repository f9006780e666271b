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

/** Tells the other replicas which project owns the resources of one kind, so that each can find them, even after a restart. Thread-safe. */
final class OwnersOfKind implements FactReader, Owners {

    private final FactKind kind;
    private final Duration lasts;
    private final Duration repeated;
    private final SharedStore store;
    private final SharedNames names;
    private final PoolClock clock;
    private final LocalPool pool;
    private final ReentrantLock lock = new ReentrantLock();

    /** What was last published about the most recently used resources; guarded by the lock. */
    private final Map<String, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > kind.most();
        }
    };

    private record Told(String project, long untilNanos) {}

    /**
     * Creates the owners of a kind.
     *
     * @param lasts how long an owner is remembered after it was published
     * @param repeated minimum time between publications of uses of the same resource; {@code lasts} if using it does not prolong its
     *     life
     */
    OwnersOfKind(
            FactKind kind,
            Duration lasts,
            Duration repeated,
            SharedStore store,
            SharedNames names,
            PoolClock clock,
            LocalPool pool) {
        this.kind = kind;
        this.lasts = lasts;
        this.repeated = repeated;
        this.store = store;
        this.names = names;
        this.clock = clock;
        this.pool = pool;
    }

    @Override
    public void learned(String resource, String project) {
        String shared = names.nameOfProject(project);
        if (shared != null && isDue(resource, shared)) {
            store.publish(new Fact(kind, resource, shared, store.replica(), lasts, Fact.Precedence.LATEST));
        }
    }

    private boolean isDue(String resource, String shared) {
        long now = clock.nanos();
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
        store.retract(kind, resource);
    }

    @Override
    public void all(List<Fact> facts) {
        lock.lock();
        try {
            // What the store does not have is published again when it is used again.
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
