package io.github.geminipool.internal.time;

import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks at their time, on one daemon thread that the first task starts. Everything in a pool that no caller
 * triggers happens on this thread. Thread-safe.
 *
 * <p>Without the thread no wait would ever end, so nothing but {@link #close()} stops the timer: a task that throws, or
 * that leaves its thread interrupted, does not affect the next one. If the thread can't be started, or the time source
 * makes it fail, all tasks are kept and the next {@link #schedule} starts another thread.
 */
public final class Timer implements Scheduler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timer.class);

    private final PoolClock clock;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeSet<TimedTask> tasks = new TreeSet<>();
    private long sequence;

    /** Null until a thread was started, and after it has failed. */
    private @Nullable Thread thread;

    private boolean startFailed;
    private boolean running;
    private boolean closed;

    /** Creates a timer; its thread starts with the first task. */
    public Timer(PoolClock clock) {
        this(clock, Timer::newThread);
    }

    /**
     * Creates a timer with threads from a factory.
     *
     * @param threads makes threads that are not started yet
     */
    Timer(PoolClock clock, ThreadFactory threads) {
        this.clock = clock;
        this.threads = threads;
    }

    private static Thread newThread(Runnable run) {
        Thread thread = new Thread(run, "gemini-pool-timer");
        thread.setDaemon(true);
        return thread;
    }

    /** Runs a task at a time, or soon after; not at all once the timer is closed. */
    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        lock.lock();
        try {
            TimedTask added = new TimedTask(atNanos, sequence++, task);
            if (closed || atNanos == PoolClock.NEVER) {
                return added;
            }
            tasks.add(added);
            if (thread == null) {
                startThread();
            } else if (tasks.first().equals(added)) {
                changed.signal();
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        try {
            Thread made = threads.newThread(this::run);
            made.start();
            thread = made;
            startFailed = false;
        } catch (Throwable e) {
            // An OutOfMemoryError if the process may not have more threads. The caller has its alarm all the same.
            if (!startFailed) {
                startFailed = true;
                log.error(
                        "Could not start the pool's timer thread; timeouts and cool-downs do not end until it starts."
                                + " The pool tries again with each timed task; check the process's thread and memory limits",
                        e);
            }
        }
    }

    private void run() {
        try {
            TimedTask due = next();
            while (due != null) {
                run(due.task);
                due = next();
            }
        } catch (Throwable e) {
            log.error("The pool's timer thread failed; the next timed task starts another one", e);
        } finally {
            forgetThread();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            log.error("A timed task of the pool failed; the timer continues with the next one", e);
        } finally {
            // Tasks call users' code, which may interrupt this thread.
            Thread.interrupted();
        }
    }

    private void forgetThread() {
        lock.lock();
        try {
            thread = null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable TimedTask next() {
        lock.lock();
        try {
            running = false;
            while (!closed) {
                if (isDue()) {
                    running = true;
                    return tasks.pollFirst();
                }
                awaitNext();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void awaitNext() {
        try {
            clock.await(lock, changed, tasks.isEmpty() ? PoolClock.NEVER : tasks.first().at);
        } catch (InterruptedException e) {
            log.debug("The pool's timer thread was interrupted, which does not end it");
        }
    }

    private boolean isDue() {
        return !tasks.isEmpty() && tasks.first().at <= clock.nanos();
    }

    /** Returns whether all tasks that are due have run. */
    public boolean isUpToDate() {
        lock.lock();
        try {
            return !running && !isDue();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of tasks that have not begun. */
    public int pending() {
        lock.lock();
        try {
            return tasks.size();
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
            tasks.clear();
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
                tasks.remove(this);
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
