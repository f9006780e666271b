package io.github.geminipool.internal.http;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for many threads that take turns: one runs, until it waits; then time passes to whatever comes next. The same
 * program always gives the same events.
 */
final class TurnTime implements TimeSource, Scheduler, AutoCloseable {

    private static final Instant START = Instant.parse("2026-10-15T12:00:00Z");

    /** A wait for a signal, which nobody sees, looks for it this often at first, and ever more seldom. */
    private static final long FIRST_LOOK_NANOS = 1_000_000;

    private static final long LAST_LOOK_NANOS = 250_000_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final PoolClock clock = new PoolClock(this);
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final List<Worker> workers = new ArrayList<>();
    private final Turn turnOfTest = new Turn();
    private long passed;
    private long ordered;
    private boolean closed;
    private @Nullable Throwable thrown;

    PoolClock clock() {
        return clock;
    }

    @Override
    public Instant now() {
        return START.plusNanos(passed);
    }

    @Override
    public long nanoTime() {
        return passed;
    }

    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        Event event = new Event(atNanos, ordered++, task, null);
        events.add(event);
        return () -> event.cancelled = true;
    }

    /** Runs a task after a time, on a thread of its own that may wait. */
    void start(long afterNanos, Runnable task) {
        schedule(passed + afterNanos, () -> {
            Worker worker = idle.isEmpty() ? new Worker() : idle.pop();
            worker.task = task;
            events.add(new Event(passed, ordered++, null, worker.turn));
        });
    }

    /** Waits on one of the threads that take turns. */
    void sleep(long nanos) {
        waitUntil(passed + nanos, ((Worker) Thread.currentThread()).turn);
    }

    @Override
    public void await(Lock lock, Condition condition, long untilNanos) {
        Worker worker = (Worker) Thread.currentThread();
        long longest = untilNanos == PoolClock.NEVER ? worker.nextLook() : untilNanos - passed;
        lock.unlock();
        try {
            sleep(Math.max(0, longest));
        } finally {
            lock.lock();
        }
    }

    /** Lets time pass on the test's thread. */
    void advance(Duration duration) {
        waitUntil(passed + duration.toNanos(), turnOfTest);
        if (thrown != null) {
            throw new AssertionError("in a simulated call", thrown);
        }
    }

    private void waitUntil(long nanos, Turn mine) {
        events.add(new Event(nanos, ordered++, null, mine));
        passTurn(mine);
    }

    private void passTurn(Turn mine) {
        while (true) {
            Event next = events.remove();
            if (next.cancelled) {
                continue;
            }
            passed = Math.max(passed, next.at);
            if (next.turn == mine) {
                return;
            }
            if (next.turn != null) {
                next.turn.given.release();
                mine.given.acquireUninterruptibly();
                if (closed) {
                    throw new IllegalStateException("The simulation is over");
                }
                return;
            }
            if (next.task != null) {
                run(next.task);
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            thrown = thrown == null ? e : thrown;
        }
    }

    @Override
    public void close() {
        closed = true;
        workers.forEach(worker -> worker.turn.given.release());
    }

    private static final class Turn {

        private final Semaphore given = new Semaphore(0);
    }

    private final class Worker extends Thread {

        private final Turn turn = new Turn();
        private @Nullable Runnable task;
        private long look = FIRST_LOOK_NANOS;

        Worker() {
            super("simulated-" + workers.size());
            setDaemon(true);
            workers.add(this);
            start();
        }

        long nextLook() {
            long now = look;
            look = Math.min(LAST_LOOK_NANOS, 2 * look);
            return now;
        }

        @Override
        public void run() {
            turn.given.acquireUninterruptibly();
            while (!closed) {
                look = FIRST_LOOK_NANOS;
                if (task != null) {
                    TurnTime.this.run(task);
                }
                if (closed) {
                    return;
                }
                idle.push(this);
                try {
                    passTurn(turn);
                } catch (IllegalStateException e) {
                    return;
                }
            }
        }
    }

    private static final class Event implements Comparable<Event> {

        private final long at;
        private final long order;
        private final @Nullable Runnable task;
        private final @Nullable Turn turn;
        private boolean cancelled;

        Event(long at, long order, @Nullable Runnable task, @Nullable Turn turn) {
            this.at = at;
            this.order = order;
            this.task = task;
            this.turn = turn;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
