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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Counts calls and attempts by the quarters of a minute in which they ended, for an hour. Its size is fixed. Thread-safe. */
public final class LastHour implements PoolListener {

    static final Duration STEP = Duration.ofSeconds(15);

    private static final long STEP_NANOS = STEP.toNanos();
    private static final int STEPS = (int) Duration.ofHours(1).dividedBy(STEP);

    /** One more than are shown, since the step that has not ended yet is not shown. */
    private static final int PLACES = STEPS + 1;

    private static final PoolHistory.Step NOTHING = new PoolHistory.Step(0, 0, 0, Duration.ZERO);

    private final PoolClock clock;

    /** Steps in which something ended, by their place; older ones stay until their place is needed. */
    private final AtomicReferenceArray<@Nullable Step> steps = new AtomicReferenceArray<>(PLACES);

    /** The step that has not ended yet. */
    private volatile Step current;

    /** The first step that counts. */
    private volatile long first;

    /** Held while the current step is replaced. */
    private final SteadyLock lock = new SteadyLock();

    /** What ended in one step; steps are numbered from the creation of the pool. */
    private static final class Step {

        final long number;
        final AtomicLong calls = new AtomicLong();
        final AtomicLong failedCalls = new AtomicLong();
        final AtomicLong attempts = new AtomicLong();
        final AtomicLong nanos = new AtomicLong();

        Step(long number) {
            this.number = number;
        }

        PoolHistory.Step read() {
            return new PoolHistory.Step(calls.get(), failedCalls.get(), attempts.get(), Duration.ofNanos(nanos.get()));
        }
    }

    /** Creates an empty history. */
    public LastHour(PoolClock clock) {
        this.clock = clock;
        this.current = new Step(number());
        this.first = current.number;
    }

    private long number() {
        return clock.nanos() / STEP_NANOS;
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        Step step = current();
        step.attempts.incrementAndGet();
        step.nanos.addAndGet(event.elapsed().toNanos());
    }

    @Override
    public void callEnded(CallEnded event) {
        Step step = current();
        step.calls.incrementAndGet();
        if (event.outcome() != CallEnded.Outcome.SUCCESS) {
            step.failedCalls.incrementAndGet();
        }
    }

    private Step current() {
        long number = number();
        Step step = current;
        return number <= step.number ? step : begin(number);
    }

    private Step begin(long number) {
        lock.lock();
        try {
            Step step = current;
            if (step.number < number) {
                steps.set(place(step.number), step);
                step = new Step(number);
                current = step;
            }
            return step;
        } finally {
            lock.unlock();
        }
    }

    private static int place(long number) {
        return (int) (number % PLACES);
    }

    /** Forgets everything. */
    public void reset() {
        lock.lock();
        try {
            current = new Step(Math.max(number(), current.number));
            first = current.number;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the steps that have ended. */
    public PoolHistory read() {
        long end = current().number;
        Instant now = clock.now();
        long begin = Math.max(first, end - STEPS);
        List<PoolHistory.Step> ended = new ArrayList<>();
        for (long number = begin; number < end; number++) {
            Step step = steps.get(place(number));
            ended.add(step != null && step.number == number ? step.read() : NOTHING);
        }
        return new PoolHistory(now, clock.instantAt(begin * STEP_NANOS), STEP, ended);
    }
}
