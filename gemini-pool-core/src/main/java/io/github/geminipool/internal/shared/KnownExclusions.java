package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.time.PoolClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The exclusions that this replica and others have published, by the names of their facts. Thread-safe. */
final class KnownExclusions {

    /** Once there are this many facts, those that have ended are forgotten. */
    private static final int MANY = 1_000;

    /** An exclusion that follows within this time after the end of a fact continues it. */
    private static final Duration CONTINUED = Duration.ofMinutes(1);

    private final String self;
    private final PoolClock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private final Map<String, Known> known = new HashMap<>();

    /** The names of the facts that other replicas have disputed while they hold here; guarded by the lock. */
    private final Set<String> disputed = new HashSet<>();

    private int many = MANY;

    /**
     * A fact.
     *
     * @param by the replica that published it
     * @param untilNanos when it ends, by this replica's clock
     * @param adopted the exclusion that follows from it here; null if there is none
     */
    record Known(
            ExclusionFact fact,
            String by,
            long untilNanos,
            @Nullable Exclusion adopted) {

        boolean isBy(String replica) {
            return by.equals(replica);
        }

        private boolean saysMoreThan(Known other) {
            return !fact.equals(other.fact) || untilNanos - other.untilNanos > 1_000_000_000L;
        }
    }

    /**
     * Creates an empty table.
     *
     * @param self the name of this replica
     */
    KnownExclusions(String self, PoolClock clock) {
        this.self = self;
        this.clock = clock;
    }

    /** Returns a fact, which may be over; null if there is none. */
    @Nullable
    Known find(String name) {
        lock.lock();
        try {
            return known.get(name);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the fact that a new exclusion continues, or confirms if another replica published it.
     *
     * @return null if there is none, or it ended long ago
     */
    @Nullable
    Known continued(String name) {
        Known fact = find(name);
        return fact != null && isRecent(fact) ? fact : null;
    }

    private boolean isRecent(Known fact) {
        return PoolClock.plus(fact.untilNanos(), CONTINUED) > clock.nanos();
    }

    /** Records what this replica is about to publish; returns false if others have found otherwise. */
    boolean tell(String name, Known own) {
        lock.lock();
        try {
            if (disputed.contains(name)) {
                return false;
            }
            put(name, own);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Records what was published; returns whether it is news. */
    boolean hear(String name, Known told) {
        lock.lock();
        try {
            Known before = known.get(name);
            boolean isOwn = told.isBy(self);
            if (isOwn) {
                // It was published after whatever was retracted.
                disputed.remove(name);
            }
            if (before != null && before.isBy(told.by()) && (isOwn || !told.saysMoreThan(before))) {
                return false;
            }
            put(name, told);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void put(String name, Known fact) {
        if (known.size() >= many) {
            known.values().removeIf(one -> !isRecent(one));
            many = Math.max(MANY, 2 * known.size());
        }
        known.put(name, fact);
    }

    /** Records the exclusion that follows from a fact here; returns false if the fact no longer holds. */
    boolean adopt(String name, Known fact, Exclusion exclusion) {
        lock.lock();
        try {
            Known present = known.get(name);
            if (present == null || !present.fact().equals(fact.fact()) || !present.isBy(fact.by())) {
                return false;
            }
            known.put(name, new Known(present.fact(), present.by(), present.untilNanos(), exclusion));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Records that a fact was retracted; if this replica published it, it is disputed from now on. Returns the fact, or null. */
    @Nullable
    Known retracted(String name) {
        lock.lock();
        try {
            Known fact = known.remove(name);
            if (fact != null && fact.isBy(self)) {
                disputed.add(name);
            }
            return fact;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a fact, and that it is disputed; returns whether there was one. */
    boolean forget(String name) {
        lock.lock();
        try {
            disputed.remove(name);
            return known.remove(name) != null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns all facts. */
    Map<String, Known> all() {
        lock.lock();
        try {
            return Map.copyOf(known);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the names of all facts, and of those that are disputed. */
    Set<String> names() {
        lock.lock();
        try {
            Set<String> names = new HashSet<>(known.keySet());
            names.addAll(disputed);
            return names;
        } finally {
            lock.unlock();
        }
    }
}
