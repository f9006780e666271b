package io.github.geminipool.internal.time;

import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks at their time, on one thread that is started with the first of them. Everything in a pool that
 * happens without a caller happens here.
 */
public final class Timer implements Scheduler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timer.class);

    private final PoolClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeSet<TimedTask> alarms = new TreeSet<>();
    private long sequence;
    private @Nullable Thread thread;
    private boolean running;
    private boolean closed;

    public Timer(PoolClock clock) {
        this.clock = clock;
    }

    /** Runs a task at a time, or soon after; not at all once the timer is closed. */
    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        lock.lock();
        try {
            TimedTask alarm = new TimedTask(atNanos, sequence++, task);
            if (closed || atNanos == PoolClock.NEVER) {
                return alarm;
            }
            alarms.add(alarm);
            if (thread == null) {
                thread = new Thread(this::run, "gemini-pool-timer");
                thread.setDaemon(true);
                thread.start();
            } else if (alarms.first().equals(alarm)) {
                changed.signal();
            }
            return alarm;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        TimedTask due = next();
        while (due != null) {
            try {
                due.task.run();
            } catch (Throwable e) {
                // Whatever it was: without this thread no wait would ever end.
                log.error("A timed task of the pool failed; the pool goes on", e);
            }
            due = next();
        }
    }

    private @Nullable TimedTask next() {
        lock.lock();
        try {
            running = false;
            while (!closed) {
                if (isDue()) {
                    running = true;
                    return alarms.pollFirst();
                }
                clock.await(lock, changed, alarms.isEmpty() ? PoolClock.NEVER : alarms.first().at);
            }
            return null;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue() {
        return !alarms.isEmpty() && alarms.first().at <= clock.nanos();
    }

    /** Whether whatever was to be run by now has been. */
    public boolean isUpToDate() {
        lock.lock();
        try {
            return !running && !isDue();
        } finally {
            lock.unlock();
        }
    }

    /** How many tasks are still to be run. */
    public int pending() {
        lock.lock();
        try {
            return alarms.size();
        } finally {
            lock.unlock();
        }
    }

    /** Drops all tasks and ends the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            alarms.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class TimedTask implements Alarm, Comparable<TimedTask> {

        private final long at;
        private final long order;
        private final Runnable task;

        private TimedTask(long at, long order, Runnable task) {
            this.at = at;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                alarms.remove(this);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int compareTo(TimedTask other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(order);
        }
    }
}
