package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.MinuteCapacity;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.instance.Instances;
import io.github.geminipool.internal.turn.BackgroundPace;

/** When background calls of a model get leases: beside its quotas and instances. Guarded by the model pool's lock. */
final class BackgroundTurns {

    /** How old the sum of the quotas may be. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private final ModelKeys keys;
    private final Instances instances;
    private final BackgroundPace pace = new BackgroundPace();
    private long staleAt = Long.MIN_VALUE;

    BackgroundTurns(ModelKeys keys, Instances instances) {
        this.keys = keys;
        this.instances = instances;
    }

    /** Returns when a request may go, its keys aside: a past time for now. Retries hold a thread, and go at once. */
    long goesAt(LeaseRequest request, long now) {
        return request.isBackground() && !request.isRetry() ? nextAt(now) : Long.MIN_VALUE;
    }

    /** Returns when the next first attempt in the background may go, its keys aside: a past time for now. */
    long nextAt(long now) {
        if (now >= staleAt) {
            MinuteCapacity capacity = keys.perMinute(now);
            pace.perMinute(capacity.requests(), capacity.tokens());
            staleAt = now + FRESH_NANOS;
        }
        return pace.goesAt(instances.size(), instances.size() - instances.inUse(), now);
    }

    /** Returns whether a background call goes before those who wait for an answer, for once. */
    boolean isOverdue(int waiting, long now) {
        return waiting > 0 && pace.isOverdue(now);
    }

    /** Records that a request got its lease, while a number of background calls wait. */
    void granted(LeaseRequest request, int waiting, long now) {
        pace.granted(request, waiting, now);
    }

    void ended(LeaseRequest request) {
        pace.ended(request);
    }
}
