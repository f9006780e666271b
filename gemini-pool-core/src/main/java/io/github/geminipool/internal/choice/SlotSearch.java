package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.books.ReplicaLedger;
import io.github.geminipool.internal.time.PoolClock;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the project to be asked for a slot: the one expected to have a free slot first or, among several such, the one with the
 * best key. Guarded by the model pool's lock.
 */
final class SlotSearch implements Consumer<ModelKey> {

    private final KeyFilter filter;
    private final long deadlineNanos;
    private final long nowNanos;
    private final SafeScore score;
    private final Set<ReplicaLedger> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable ReplicaLedger best;
    private double bestScore;
    private long bestAt = PoolClock.NEVER;
    private long nextAt = PoolClock.NEVER;

    SlotSearch(KeyFilter filter, long deadlineNanos, long nowNanos, SafeScore score) {
        this.filter = filter;
        this.deadlineNanos = deadlineNanos;
        this.nowNanos = nowNanos;
        this.score = score;
    }

    @Override
    public void accept(ModelKey key) {
        if (!(key.ledger instanceof ReplicaLedger ledger)
                || !filter.accepts(key.health())
                || key.exclusionByFailure(nowNanos) != null) {
            return;
        }
        long at = ledger.askableAt(nowNanos);
        if (at == PoolClock.NEVER || at > deadlineNanos || !seen.add(ledger)) {
            return;
        }
        double keyScore = score.of(key);
        if (best == null || at < bestAt || (at == bestAt && keyScore > bestScore)) {
            nextAt = Math.min(nextAt, bestAt);
            best = ledger;
            bestScore = keyScore;
            bestAt = at;
        } else {
            nextAt = Math.min(nextAt, at);
        }
    }

    /** Returns whether the search goes on, because it has found fewer projects than a given number. */
    boolean goesOn(int most) {
        return seen.size() < most;
    }

    /** Returns whether it has found a project that has room now, as far as is known. */
    boolean hasFoundRoom() {
        return best != null && bestAt <= nowNanos;
    }

    @Nullable
    SlotSource found() {
        return best == null ? null : new SlotSource(best, bestAt, nextAt, seen.size());
    }
}
