package io.github.geminipool.internal.http;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Virtual time that passes while the test's only thread waits: alarms run on that thread, in the middle of the wait. */
final class PassingTime implements TimeSource, Scheduler {

    private static final Duration STEP = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final VirtualTime time = new VirtualTime();
    private final long start = time.nanoTime();
    private final PoolClock clock = new PoolClock(this);

    /** Whether nothing that is scheduled from now on ever runs, as with a timer that has no thread. */
    boolean isTimerDead;

    PoolClock clock() {
        return clock;
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        if (nanoTime() - start > LONGEST.toNanos()) {
            throw new AssertionError("Nothing ends this wait");
        }
        lock.unlock();
        try {
            long left = untilNanos == PoolClock.NEVER ? STEP.toNanos() : untilNanos - nanoTime();
            time.advance(Duration.ofNanos(Math.min(left, STEP.toNanos())));
        } finally {
            lock.lock();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        return isTimerDead ? () -> {} : time.schedule(atNanos, task);
    }

    /** Runs a task after a duration from now. */
    void in(Duration delay, Runnable task) {
        schedule(clock.after(delay), task);
    }

    void advance(Duration duration) {
        time.advance(duration);
    }

    /** Returns the time since the start. */
    Duration passed() {
        return Duration.ofNanos(clock.nanos());
    }
}
