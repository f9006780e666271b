package io.github.geminipool.internal.time;

/** Runs tasks at times of the pool's clock. Thread-safe. */
public interface Scheduler {

    /**
     * Runs a short task at a time, or soon after.
     *
     * @param atNanos a time of the pool's clock; {@link PoolClock#NEVER} for a task that never runs
     */
    Alarm schedule(long atNanos, Runnable task);

    /** A scheduled task. */
    interface Alarm {

        /** Cancels the task, unless it has begun. */
        void cancel();
    }
}
