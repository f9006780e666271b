package io.github.geminipool.internal.time;

import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;

/** Wakes the threads that wait until something has happened. Thread-safe. */
public final class Signal {

    private final SteadyLock lock = new SteadyLock();
    private final Condition given = lock.newCondition();

    /** Waits while something is pending, until a time. */
    public void await(BooleanSupplier isPending, PoolClock clock, long untilNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (isPending.getAsBoolean() && clock.nanos() < untilNanos) {
                clock.await(lock, given, untilNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the waiting threads look again; what they wait for must have happened before. */
    public void give() {
        lock.lock();
        try {
            given.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
