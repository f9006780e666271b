package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.CallFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether rejected keys and projects work again, without a caller's doing: when their pause is over, a probe that
 * costs no quota is sent, again after the next pause if it fails. Thread-safe.
 */
public final class Repair {

    /** When to look at a probe again of which nothing was heard. */
    private static final long PATIENCE = 10_000_000_000L;

    private final PoolContext context;
    private final ModelPools pools;
    private final Consumer<Lease> sender;
    private final ReentrantLock lock = new ReentrantLock();

    /** What is being found out, and when it is looked at next; bounded by the number of keys. */
    private final Map<Scope, Scheduler.Alarm> pending = new HashMap<>();

    private boolean closed;

    /**
     * A repair.
     *
     * @param sender sends a probe with the key of a lease, which it completes; must not block
     */
    public Repair(PoolContext context, ModelPools pools, Consumer<Lease> sender) {
        this.context = context;
        this.pools = pools;
        this.sender = sender;
    }

    /** A key, or its project, was rejected for a while: maybe by a probe, whose next one comes when that is over. */
    public void rejected(KeyHealth key, Exclusion exclusion) {
        lock.lock();
        try {
            if (!closed) {
                lookAt(exclusion.untilNanos(), exclusion.scope(), key);
            }
        } finally {
            lock.unlock();
        }
    }

    private void lookAt(long nanos, Scope scope, KeyHealth key) {
        Scheduler.Alarm before = pending.put(scope, context.scheduler().schedule(nanos, () -> look(scope, key)));
        if (before != null) {
            before.cancel();
        }
    }

    private void look(Scope scope, KeyHealth before) {
        KeyHealth key = heir(scope, before);
        ExclusionCell cell = key == null ? null : scope instanceof Scope.Key ? key.ownCell() : key.projectCell();
        if (key == null || cell == null || !goesOn(scope, cell)) {
            return;
        }
        boolean hasNoInstance = false;
        if (cell.isHalfOpen(context.clock().nanos())) {
            Lease lease = pools.of(CallFacts.NO_MODEL).probe(key);
            hasNoInstance = lease == null;
            if (lease != null) {
                sender.accept(lease);
            }
        }
        lookAgain(scope, key, cell, hasNoInstance);
    }

    private void lookAgain(Scope scope, KeyHealth key, ExclusionCell cell, boolean hasNoInstance) {
        lock.lock();
        try {
            // Read under the lock: what has rejected it meanwhile may have said when to look at it.
            long now = context.clock().nanos();
            long later = now + PATIENCE;
            Exclusion exclusion = cell.at(now);
            // The probe may have failed, and its pause be over, before this thread has come so far.
            long atOnce = hasNoInstance ? later : now;
            long end = exclusion == null ? atOnce : exclusion.untilNanos();
            if (!closed) {
                lookAt(cell.isProbed() ? Math.min(end, later) : end, scope, key);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean goesOn(Scope scope, ExclusionCell cell) {
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

    /** The key to probe with: another one of the project if the first is gone or out for itself; null if there is none. */
    private @Nullable KeyHealth heir(Scope scope, KeyHealth key) {
        long now = context.clock().nanos();
        KeyHealth heir = null;
        for (KeyHealth other : context.keys().keys()) {
            boolean concerned = scope instanceof Scope.Key own
                    ? other.name().equals(own.key())
                    : other.project().name().equals(key.project().name());
            if (concerned && (heir == null || heir.ownCell().at(now) != null)) {
                heir = other;
            }
        }
        if (heir == null) {
            lock.lock();
            try {
                pending.remove(scope);
            } finally {
                lock.unlock();
            }
        }
        return heir;
    }

    /** How many scopes it keeps an eye on. */
    public int pending() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    /** Looks at nothing any more. */
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
