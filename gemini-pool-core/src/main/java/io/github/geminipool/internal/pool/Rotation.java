package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Has the pools checked from time to time, from the first call on. Thread-safe. */
final class Rotation {

    private final Runnable check;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration interval;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean begun;
    private boolean closed;
    private Scheduler.@Nullable Alarm alarm;

    Rotation(Runnable check, PoolClock clock, Scheduler scheduler, Duration interval) {
        this.check = check;
        this.clock = clock;
        this.scheduler = scheduler;
        this.interval = interval;
    }

    /** There is something to check. */
    void begin() {
        if (begun) {
            return;
        }
        lock.lock();
        try {
            if (!begun) {
                begun = true;
                scheduleNext();
            }
        } finally {
            lock.unlock();
        }
    }

    private void scheduleNext() {
        if (!closed) {
            alarm = scheduler.schedule(clock.after(interval), this::rang);
        }
    }

    private void rang() {
        try {
            check.run();
        } finally {
            lock.lock();
            try {
                scheduleNext();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Checks no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            if (alarm != null) {
                alarm.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
