package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.stats.PoolHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Counts calls and attempts by the quarters of a minute in which they ended, for an hour. Its size is fixed. Thread-safe. */
public final class LastHour implements PoolListener {

    static final Duration STEP = Duration.ofSeconds(15);

    private static final long STEP_NANOS = STEP.toNanos();
    private static final int STEPS = (int) Duration.ofHours(1).dividedBy(STEP);

    /** One more than are shown, since the step that has not ended yet is not shown. */
    private static final int PLACES = STEPS + 1;

    private final PoolClock clock;
    private final SteadyLock lock = new SteadyLock();
    private final long[] calls = new long[PLACES];
    private final long[] failedCalls = new long[PLACES];
    private final long[] attempts = new long[PLACES];
    private final long[] nanos = new long[PLACES];

    /** The first step that counts, and the one that has not ended yet; numbered from the creation of the pool. */
    private long first;

    private long latest;

    /** Creates an empty history. */
    public LastHour(PoolClock clock) {
        this.clock = clock;
        this.latest = clock.nanos() / STEP_NANOS;
        this.first = latest;
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        lock.lock();
        try {
            int place = proceed();
            attempts[place]++;
            nanos[place] += event.elapsed().toNanos();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void callEnded(CallEnded event) {
        lock.lock();
        try {
            int place = proceed();
            calls[place]++;
            if (event.outcome() != CallEnded.Outcome.SUCCESS) {
                failedCalls[place]++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Goes on to the present step, and returns its place. */
    private int proceed() {
        long now = clock.nanos() / STEP_NANOS;
        for (long step = Math.max(latest + 1, now - STEPS); step <= now; step++) {
            clear(place(step));
        }
        latest = Math.max(latest, now);
        return place(latest);
    }

    private static int place(long step) {
        return (int) (step % PLACES);
    }

    private void clear(int place) {
        calls[place] = 0;
        failedCalls[place] = 0;
        attempts[place] = 0;
        nanos[place] = 0;
    }

    /** Forgets everything. */
    public void reset() {
        lock.lock();
        try {
            clear(proceed());
            first = latest;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the steps that have ended. */
    public PoolHistory read() {
        List<PoolHistory.Step> steps = new ArrayList<>();
        long begin;
        Instant now;
        lock.lock();
        try {
            proceed();
            now = clock.now();
            begin = Math.max(first, latest - STEPS);
            for (long step = begin; step < latest; step++) {
                int place = place(step);
                steps.add(new PoolHistory.Step(
                        calls[place], failedCalls[place], attempts[place], Duration.ofNanos(nanos[place])));
            }
        } finally {
            lock.unlock();
        }
        return new PoolHistory(now, clock.instantAt(begin * STEP_NANOS), STEP, steps);
    }
}
