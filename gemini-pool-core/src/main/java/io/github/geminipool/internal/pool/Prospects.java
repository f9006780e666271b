package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.allowance.ProjectQuotas;
import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.TurnQueue;
import io.github.geminipool.internal.turn.WaitingQueue;

/**
 * What a lease request without a key can expect: whether it would wait in vain, when its turn comes, and why it would be refused.
 * Guarded by the model pool's lock.
 */
final class Prospects {

    private final ModelKeys keys;
    private final ProjectQuotas quotas;
    private final WaitingQueue<LeaseRequest> waiting;

    Prospects(ModelKeys keys, WaitingQueue<LeaseRequest> waiting) {
        this.keys = keys;
        this.quotas = keys.quotas();
        this.waiting = waiting;
    }

    /** Returns whether a request can't be granted before its deadline, whichever leases end by then. */
    boolean isInVain(LeaseRequest request, Availability found, long now) {
        if (!(found instanceof Availability.Later later) || later.atNanos() <= now) {
            return false;
        }
        return (request.hasFallback() && keys.overload(now) != null) || isTooLate(request, later);
    }

    private static boolean isTooLate(LeaseRequest request, Availability.Later later) {
        return (later.atNanos() == PoolClock.NEVER || later.atNanos() > request.deadlineNanos())
                && !later.mayEndAnyMoment();
    }

    /** Returns when the turn of a request comes that waits behind others, if that is after its deadline; else now. */
    long turnOf(LeaseRequest request, long now) {
        boolean isLast = request.isPlain() && !request.isRetry() && waiting.size() > 1;
        if (!isLast || request.deadlineNanos() == PoolClock.NEVER || !quotas.isAnyKnown()) {
            return now;
        }
        TurnQueue.Ahead ahead = waiting.until(request);
        long turn = quotas.turnOf(request.filter(), ahead.requests(), ahead.tokens(), now, request.deadlineNanos());
        return turn > request.deadlineNanos() ? turn : now;
    }

    /** Returns the refusal of a request for which no instance is idle, or no key is available. */
    static Refusal refusalOf(LeaseRequest request, Availability found) {
        if (!(found instanceof Availability.Later later)) {
            return Refusal.BUSY;
        }
        return new Refusal(Refusal.Cause.NO_KEY, later.atNanos(), request.hasFallback() ? later.fallBackFor() : null);
    }
}
