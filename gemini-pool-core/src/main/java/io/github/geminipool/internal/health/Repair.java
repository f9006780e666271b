package io.github.geminipool.internal.health;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Probes rejected keys and projects, so that no call has to. It sends a probe, which takes no quota, when an exclusion
 * ends, and another one after the next exclusion if that probe fails. Thread-safe.
 */
public final class Repair implements PoolListener {

    /** How long to wait for the result of a probe, or for a free instance, before looking again. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final KeyRing keys;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Prober prober;
    private final ReentrantLock lock = new ReentrantLock();

    /** The scopes to probe, each with the alarm for its next check; bounded by the number of keys. */
    private final Map<Scope, Scheduler.Alarm> pending = new HashMap<>();

    private boolean closed;

    /** Sends probes. */
    @FunctionalInterface
    public interface Prober {

        /**
         * Sends a probe with a key; does not block.
         *
         * @return false if no instance is idle, or another attempt probes the key
         */
        boolean probe(KeyHealth key);
    }

    public Repair(KeyRing keys, PoolClock clock, Scheduler scheduler, Prober prober) {
        this.keys = keys;
        this.clock = clock;
        this.scheduler = scheduler;
        this.prober = prober;
    }

    /** Schedules a probe for a key or project that was rejected for a while, perhaps by a probe. */
    @Override
    public void scopeExcluded(ScopeExcluded event) {
        Scope scope = event.scope();
        boolean isProbed = scope instanceof Scope.Key || scope instanceof Scope.Project;
        if (!isProbed || event.until() == null || !event.failure().kind().isFaultOfKey()) {
            return;
        }
        KeyHealth key = keyOf(scope);
        if (key != null) {
            lookAgain(scope, cellOf(scope, key), true);
        }
    }

    private void look(Scope scope) {
        KeyHealth key = keyOf(scope);
        ExclusionCell cell = key == null ? null : cellOf(scope, key);
        if (key == null || cell == null || !isToBeProbed(scope, cell)) {
            return;
        }
        boolean probed = false;
        try {
            probed = !cell.isHalfOpen(clock.nanos()) || prober.probe(key);
        } finally {
            lookAgain(scope, cell, probed);
        }
    }

    private boolean isToBeProbed(Scope scope, ExclusionCell cell) {
        lock.lock();
        try {
            if (closed || !cell.isInDoubt()) {
                pending.remove(scope);
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void lookAgain(Scope scope, ExclusionCell cell, boolean probed) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            // Read under the lock: another thread may have excluded the scope and scheduled its check.
            long now = clock.nanos();
            Exclusion exclusion = cell.at(now);
            // The probe may have failed, and the next exclusion ended, before this thread reaches this point.
            long atOnce = probed ? now : now + PATIENCE_NANOS;
            long end = exclusion == null ? atOnce : exclusion.untilNanos();
            long next = cell.isProbed() ? Math.min(end, now + PATIENCE_NANOS) : end;
            Scheduler.Alarm before = pending.put(scope, scheduler.schedule(next, () -> look(scope)));
            if (before != null) {
                before.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the key to probe a scope with; of a project, preferably one that is not excluded itself. Null if there is
     * none.
     */
    private @Nullable KeyHealth keyOf(Scope scope) {
        if (scope instanceof Scope.Key own) {
            return keys.find(own.key());
        }
        long now = clock.nanos();
        KeyHealth found = null;
        for (KeyHealth key : keys.keys()) {
            boolean isOfProject = scope instanceof Scope.Project project
                    && project.project().equals(key.project().name());
            if (isOfProject && (found == null || found.ownCell().at(now) != null)) {
                found = key;
            }
        }
        return found;
    }

    private static ExclusionCell cellOf(Scope scope, KeyHealth key) {
        return scope instanceof Scope.Key ? key.ownCell() : key.projectCell();
    }

    /** Returns the number of scopes that wait for a probe. */
    public int pending() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    /** Stops probing. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            pending.clear();
        } finally {
            lock.unlock();
        }
    }
}
