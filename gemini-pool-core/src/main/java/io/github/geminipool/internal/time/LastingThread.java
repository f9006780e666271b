package io.github.geminipool.internal.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that lasts until it is ended. Whatever its work throws, the thread continues. If it can't be started, the
 * start is retried every second and whenever the thread is needed. Thread-safe.
 */
public final class LastingThread {

    private static final Logger log = LoggerFactory.getLogger(LastingThread.class);

    private static final long FIRST_PAUSE_NANOS = 500_000;

    /** The pause after consecutive failures grows to half a second. */
    private static final int MAX_PAUSE_DOUBLINGS = 10;

    /** The work of the thread. */
    @FunctionalInterface
    public interface Work {

        /**
         * Does the next piece of work; waits for it if there is none.
         *
         * @return whether more may follow
         */
        boolean next() throws InterruptedException;
    }

    private final String name;
    private final ThreadFactory threads;
    private final Work work;
    private final Executor later;
    private final SteadyLock lock = new SteadyLock();
    private volatile @Nullable Thread thread;
    private boolean startFailed;
    private int failures;
    private boolean retryIsPending;
    private volatile boolean ended;
    private final Runnable body = this::run;
    private final Runnable retry = this::retry;

    /**
     * Creates a thread that is not started yet.
     *
     * @param name what it is, for the log
     * @param threads makes threads that are not started yet
     */
    public LastingThread(String name, ThreadFactory threads, Work work) {
        this(name, threads, work, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run));
    }

    /**
     * Creates a thread that is not started yet.
     *
     * @param later runs a task in a while, on a thread that is not of {@code threads}
     */
    public LastingThread(String name, ThreadFactory threads, Work work, Executor later) {
        this.name = name;
        this.threads = threads;
        this.work = work;
        this.later = later;
    }

    /** Returns a factory of daemon threads with a name. */
    public static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Starts the thread, unless it runs or has been ended. Never throws. */
    public void ensureStarted() {
        if (thread == null && !ended) {
            start();
        }
    }

    private void start() {
        lock.lock();
        try {
            if (thread != null || ended) {
                return;
            }
            Thread made = threads.newThread(body);
            made.start();
            thread = made;
            startFailed = false;
        } catch (Throwable e) {
            // An OutOfMemoryError if the process may not have more threads.
            tryLater(e);
        } finally {
            lock.unlock();
        }
    }

    private void tryLater(Throwable e) {
        try {
            if (!retryIsPending) {
                later.execute(retry);
                retryIsPending = true;
            }
        } catch (Throwable noThread) {
            // Whoever needs the thread next tries again.
        }
        if (!startFailed) {
            startFailed = true;
            report(
                    "Could not start the pool's {} thread, and tries again every second; check the process's thread and"
                            + " memory limits",
                    e);
        }
    }

    private void retry() {
        lock.lock();
        try {
            retryIsPending = false;
        } finally {
            lock.unlock();
        }
        ensureStarted();
    }

    private void run() {
        try {
            boolean more = !ended;
            while (more) {
                more = next() && !ended;
            }
        } finally {
            // Reached before the end if not even the handling of a failure succeeds.
            replace();
        }
    }

    private boolean next() {
        try {
            boolean more = work.next();
            failures = 0;
            return more;
        } catch (InterruptedException e) {
            // Code that ran here, or a stranger, interrupted the thread: only end() ends it.
            return true;
        } catch (Throwable e) {
            failed(e);
            return true;
        }
    }

    private void failed(Throwable e) {
        if (failures == 0) {
            report("A task of the pool's {} thread failed; the thread continues", e);
        }
        failures = Math.min(failures + 1, MAX_PAUSE_DOUBLINGS);
        LockSupport.parkNanos(FIRST_PAUSE_NANOS << failures);
    }

    private void replace() {
        lock.lock();
        try {
            thread = null;
        } finally {
            lock.unlock();
        }
        ensureStarted();
    }

    /** Logs a failure; nothing may end the thread, not even a logger that fails. */
    private void report(String message, Throwable failure) {
        try {
            log.error(message, name, failure);
        } catch (Throwable e) {
            // Nowhere left to report it.
        }
    }

    /** Returns whether the thread has been started and lives. */
    boolean isRunning() {
        return thread != null;
    }

    /** Ends the thread, interrupting what it waits for. */
    public void end() {
        ended = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
