package io.github.geminipool.internal.time;

/** Runs something at a time of the pool's clock. */
public interface Scheduler {

    /** Runs a short task at a time, or soon after. */
    Alarm schedule(long atNanos, Runnable task);

    /** A task that waits for its time. */
    interface Alarm {

        /** Takes the task back, if it has not begun. */
        void cancel();
    }
}
