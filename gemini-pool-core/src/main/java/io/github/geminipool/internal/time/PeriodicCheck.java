package io.github.geminipool.internal.time;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs a check of the pools at a fixed interval, beginning with the first call. Thread-safe. */
public final class PeriodicCheck {

    private final Runnable check;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration interval;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean begun;
    private volatile boolean closed;
    private Scheduler.@Nullable Alarm alarm;

    public PeriodicCheck(Runnable check, PoolClock clock, Scheduler scheduler, Duration interval) {
        this.check = check;
        this.clock = clock;
        this.scheduler = scheduler;
        this.interval = interval;
    }

    /** Schedules the first check, unless that has happened already. */
    public void begin() {
        if (begun) {
            return;
        }
        lock.lock();
        try {
            if (!begun) {
                scheduleNext();
                begun = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private void scheduleNext() {
        if (!closed) {
            Scheduler.Alarm before = alarm;
            alarm = scheduler.schedule(clock.after(interval), this::run);
            if (before != null) {
                // A check that failed for lack of memory runs again, and must not be followed by two.
                before.cancel();
            }
        }
    }

    private void run() {
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

    /** Returns whether another check is scheduled. */
    public boolean isPending() {
        return begun && !closed;
    }

    /** Cancels the next check and all later ones. */
    public void close() {
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
