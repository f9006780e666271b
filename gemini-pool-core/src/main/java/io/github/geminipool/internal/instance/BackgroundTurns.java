package io.github.geminipool.internal.instance;

import io.github.geminipool.internal.choice.Capacity;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.turn.BackgroundPace;
import io.github.geminipool.internal.turn.Waiter;
import org.jspecify.annotations.Nullable;

/** When background calls of a model get leases: beside its quotas and instances. Guarded by the model pool's lock. */
public final class BackgroundTurns {

    /** How old the sum of the quotas may be. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private static final long DAY_NANOS = 86_400_000_000_000L;

    private final ModelKeys keys;
    private final Instances instances;
    private final BackgroundPace pace = new BackgroundPace();
    private @Nullable Capacity capacity;
    private long staleAt = Long.MIN_VALUE;

    public BackgroundTurns(ModelKeys keys, Instances instances) {
        this.keys = keys;
        this.instances = instances;
    }

    /** Returns when a request may go, its keys aside: a past time for now. Retries hold a thread, and go at once. */
    public long goesAt(Waiter request, long now) {
        return request.isBackground() && !request.isRetry() ? nextAt(now) : Long.MIN_VALUE;
    }

    /** Returns when the next first attempt in the background may go, its keys aside: a past time for now. */
    public long nextAt(long now) {
        var unused = capacity(now);
        return pace.goesAt(instances.size(), instances.size() - instances.inUse(), now);
    }

    private Capacity capacity(long now) {
        Capacity known = capacity;
        if (known == null || now >= staleAt) {
            known = keys.capacity(now);
            capacity = known;
            pace.perMinute(known.requests(), known.tokens());
            staleAt = now + FRESH_NANOS;
        }
        return known;
    }

    /** Returns for how long the pace keeps an amount, if nothing else waits; 0 without known limits, or while there is no quota at all. */
    public long nanosFor(long requests, long tokens, long now) {
        Capacity known = capacity(now);
        if (known.requests() == 0 || known.tokens() == 0) {
            return 0;
        }
        long next = pace.goesAt(instances.size(), instances.size() - instances.inUse(), now);
        return (next > now ? next - now : 0) + pace.nanosFor(requests, Math.max(0, tokens), now);
    }

    /**
     * Forecasts when the last of many background calls can be sent, if interactive calls go on as they do.
     *
     * @param midnight when the day of the quotas ends
     * @return a time; now if no limit is known
     */
    public long sentBy(long requests, long tokens, long midnight, long now) {
        Capacity known = capacity(now);
        if (requests <= known.today() || known.perDay() == 0) {
            return now + pace.nanosFor(requests, tokens, now);
        }
        long later = requests - known.today();
        long wholeDays = (later - 1) / known.perDay();
        long onTheLast = later - wholeDays * known.perDay();
        long perRequest = tokens / Math.max(1, requests);
        return midnight + wholeDays * DAY_NANOS + pace.nanosFor(onTheLast, onTheLast * perRequest, now);
    }

    /** Returns whether a background call goes before those who wait for an answer, for once. */
    public boolean isOverdue(int waiting, long now) {
        return waiting > 0 && pace.isOverdue(now);
    }

    /** Returns for how long the pace of background calls has allowed the next one. */
    public long dueFor(long now) {
        return pace.dueFor(now);
    }

    /** Records that a request got its lease, while a number of background calls wait. */
    public void granted(Waiter request, int waiting, long now) {
        pace.granted(request, waiting, now);
    }

    public void ended(Waiter request) {
        pace.ended(request);
    }
}
