package io.github.geminipool.stress;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Time that one thread advances while others read it. */
final class StressTime implements TimeSource, Scheduler {

    private final AtomicLong passed = new AtomicLong();
    private final Queue<Due> alarms = new ConcurrentLinkedQueue<>();
    private final PoolClock clock = new PoolClock(this);

    PoolClock clock() {
        return clock;
    }

    /** Advances the time and runs due tasks. */
    void pass(Duration duration) {
        passed.addAndGet(duration.toNanos());
        ring();
    }

    /** Runs due tasks, like the timer thread woken up by a newly scheduled task. */
    void ring() {
        for (Due alarm : List.copyOf(alarms)) {
            if (alarm.atNanos <= passed.get() && alarms.remove(alarm)) {
                alarm.task.run();
            }
        }
    }

    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        Due alarm = new Due(atNanos, task);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(passed.get());
    }

    @Override
    public long nanoTime() {
        return passed.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // Those who call it are in a loop.
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        condition.await();
    }

    private record Due(long atNanos, Runnable task) {}
}
