package io.github.geminipool.internal.time;

import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks at their time, on one daemon thread that the first task starts. Everything in a pool that no caller
 * triggers happens on this thread. Thread-safe.
 *
 * <p>Without the thread no wait would ever end, so nothing but {@link #close()} stops the timer: a task that throws, or
 * that leaves its thread interrupted, does not affect the next one. If the thread can't be started, all tasks are kept, and it
 * is tried again. A task that ends with an {@code OutOfMemoryError} runs again. If the thread does not get to a task for more than a
 * second, another one stands in for it.
 */
public final class Timer implements Scheduler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timer.class);

    private final PoolClock clock;
    private final SteadyLock lock = new SteadyLock();
    private final Condition changed = lock.newCondition();
    private final TreeSet<TimedTask> tasks = new TreeSet<>();
    private final LastingThread thread;
    private final ThreadFactory standIns;
    private final LastNet net;
    private long sequence;

    /** The tasks that failed for lack of memory and run again, linked without allocating. */
    private @Nullable TimedTask failed;

    /** The task that was the first one, and due, when the net last looked; null if there was none. */
    private @Nullable TimedTask late;

    private boolean running;
    private boolean standingIn;
    private boolean lateReported;
    private boolean closed;

    /** Creates a timer; its thread starts with the first task. */
    public Timer(PoolClock clock) {
        this.clock = clock;
        this.thread = new LastingThread("timer", LastingThread.daemon("gemini-pool-timer"), this::runNext);
        this.standIns = LastingThread.daemon("gemini-pool-timer-stand-in");
        this.net = new LastNet(this::standIn);
    }

    /**
     * Creates a timer with threads from a factory.
     *
     * @param threads makes threads that are not started yet
     * @param later runs a task in a while, on a thread that is not of {@code threads}
     * @param net runs the next look whether the thread is late
     */
    Timer(PoolClock clock, ThreadFactory threads, Executor later, Executor net) {
        this.clock = clock;
        this.thread = new LastingThread("timer", threads, this::runNext, later);
        this.standIns = threads;
        this.net = new LastNet(this::standIn, net, System::nanoTime);
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
            thread.ensureStarted();
            net.begin();
            if (tasks.first().equals(added)) {
                changed.signal();
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next task and runs it; returns false once the timer is closed. */
    private boolean runNext() {
        TimedTask due = next();
        if (due == null) {
            return false;
        }
        run(due);
        return true;
    }

    private void run(TimedTask due) {
        try {
            due.task.run();
        } catch (OutOfMemoryError e) {
            // No thread could be had, or no memory. Without the task, whatever it keeps would last for ever.
            runAgain(due);
            throw e;
        } catch (Throwable e) {
            log.error("A timed task of the pool failed; the timer continues with the next one", e);
        } finally {
            // Tasks call users' code, which may interrupt this thread.
            Thread.interrupted();
        }
    }

    /** Has the tasks that are due run by another thread if the first of them was due at the last look already. */
    private boolean standIn() {
        boolean isReported;
        lock.lock();
        try {
            TimedTask first = isDue() ? tasks.first() : null;
            boolean isLate = first != null && first.equals(late);
            late = first;
            if (!isLate || standingIn) {
                return !closed && !tasks.isEmpty();
            }
            standingIn = true;
            isReported = lateReported;
            lateReported = true;
        } finally {
            lock.unlock();
        }
        if (!isReported) {
            log.warn("The pool's timer thread is late; another one does its work until it is back");
        }
        startStandIn();
        return true;
    }

    private void startStandIn() {
        try {
            standIns.newThread(this::runDue).start();
        } catch (Throwable e) {
            runDue();
        }
    }

    private void runDue() {
        try {
            TimedTask due = takeDue();
            while (due != null) {
                run(due);
                due = takeDue();
            }
        } finally {
            lock.lock();
            try {
                standingIn = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable TimedTask takeDue() {
        lock.lock();
        try {
            return isDue() ? tasks.pollFirst() : null;
        } finally {
            lock.unlock();
        }
    }

    private void runAgain(TimedTask task) {
        lock.lock();
        try {
            task.nextFailed = failed;
            failed = task;
        } finally {
            lock.unlock();
        }
    }

    private void putBackFailed() {
        TimedTask task = failed;
        while (task != null) {
            if (!task.cancelled) {
                // If there is no memory for this either, the task is still in its place.
                tasks.add(task);
            }
            failed = task.nextFailed;
            task = failed;
        }
    }

    private @Nullable TimedTask next() {
        lock.lock();
        try {
            running = false;
            lateReported = false;
            while (!closed) {
                putBackFailed();
                if (isDue()) {
                    TimedTask due = tasks.pollFirst();
                    running = true;
                    return due;
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
            return !running && !standingIn && failed == null && !isDue();
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
            failed = null;
            changed.signalAll();
            thread.end();
            net.close();
        } finally {
            lock.unlock();
        }
    }

    private final class TimedTask implements Alarm, Comparable<TimedTask> {

        private final long at;
        private final long order;
        private final Runnable task;
        private @Nullable TimedTask nextFailed;
        private boolean cancelled;

        private TimedTask(long at, long order, Runnable task) {
            this.at = at;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                cancelled = true;
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
