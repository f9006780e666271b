package io.github.geminipool.testing;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A time source that a test advances. */
public final class ManualTime implements TimeSource {

    private static final String TIMER = "gemini-pool-timer";

    private record Waiter(Lock lock, Condition condition, long untilNanos, Thread thread) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Waiter> waiters = new LinkedHashSet<>();

    /** The pools' timers: they always wait again. */
    private final Set<Thread> timers = new HashSet<>();

    private final Instant start;
    private long nanos;

    /** Starts at a time. */
    public ManualTime(Instant start) {
        this.start = start;
    }

    /** Starts at noon Pacific time, on a day without a clock change. */
    public ManualTime() {
        this(Instant.parse("2026-11-10T20:00:00Z"));
    }

    @Override
    public Instant now() {
        return start.plusNanos(nanoTime());
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return nanos;
        } finally {
            lock.unlock();
        }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // Callers loop.
    public void await(Lock callers, Condition condition, long untilNanos) throws InterruptedException {
        Waiter waiter = new Waiter(callers, condition, untilNanos, Thread.currentThread());
        if (!register(waiter)) {
            return;
        }
        try {
            condition.await();
        } finally {
            unregister(waiter);
        }
    }

    private boolean register(Waiter waiter) {
        lock.lock();
        try {
            if (nanos >= waiter.untilNanos) {
                return false;
            }
            waiters.add(waiter);
            if (waiter.thread.getName().equals(TIMER)) {
                timers.add(waiter.thread);
            }
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void unregister(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Advances time and wakes waiting threads that are due. */
    public void advance(Duration duration) {
        List<Waiter> due = new ArrayList<>();
        lock.lock();
        try {
            nanos += duration.toNanos();
            for (Waiter waiter : waiters) {
                if (waiter.untilNanos <= nanos) {
                    due.add(waiter);
                }
            }
        } finally {
            lock.unlock();
        }
        for (Waiter waiter : due) {
            waiter.lock.lock();
            try {
                waiter.condition.signalAll();
            } finally {
                waiter.lock.unlock();
            }
        }
    }

    /** Advances time to the next time for which a thread waits; see {@link #awaitQuiet()}. */
    public void advanceToNext() {
        advance(awaitQuiet());
    }

    /**
     * Waits up to 10 s of real time until all threads that are due wait again, at least one of them for a time.
     *
     * @return until the next of these times
     */
    public Duration awaitQuiet() {
        long left = TimeUnit.SECONDS.toNanos(10);
        lock.lock();
        try {
            while (true) {
                long next = waiters.stream()
                        .mapToLong(waiter -> waiter.untilNanos)
                        .min()
                        .orElse(Long.MAX_VALUE);
                if (next > nanos && next < Long.MAX_VALUE && doTimersWait()) {
                    return Duration.ofNanos(next - nanos);
                }
                if (left <= 0) {
                    throw new AssertionError("Nobody waits for a time");
                }
                // A timer that was given something earlier to do is about to wake, which nobody signals here.
                long look = Math.min(left, TimeUnit.MILLISECONDS.toNanos(1));
                left -= look - Math.max(0, changed.awaitNanos(look));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    private boolean doTimersWait() {
        timers.removeIf(timer -> !timer.isAlive());
        return timers.stream()
                .allMatch(timer -> timer.getState() == Thread.State.WAITING
                        && waiters.stream().anyMatch(waiter -> waiter.thread.equals(timer)));
    }

    /** Waits up to 10 s of real time until a thread waits for exactly this duration from now. */
    public void awaitWaiterFor(Duration duration) {
        long until = nanoTime() + duration.toNanos();
        long left = TimeUnit.SECONDS.toNanos(10);
        lock.lock();
        try {
            while (waiters.stream().noneMatch(waiter -> waiter.untilNanos == until)) {
                if (left <= 0) {
                    throw new AssertionError("Nobody waits for " + duration + ", but " + waiters.size() + " wait: "
                            + waiters.stream()
                                    .map(waiter -> waiter.untilNanos == Long.MAX_VALUE
                                            ? "for a signal"
                                            : "for " + Duration.ofNanos(waiter.untilNanos - nanos))
                                    .toList());
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }
}
