package io.github.geminipool.simulator.internal.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** How many requests are being held or answered. Thread-safe. */
public final class InFlight {
    private final List<Barrier> barriers = new ArrayList<>();
    private long arrivals;
    private int current;
    private int peak;

    /**
     * A request arrived.
     *
     * @return its number in the order of arrival
     */
    public long enter() {
        List<Runnable> released = new ArrayList<>();
        long arrival;
        synchronized (this) {
            arrival = ++arrivals;
            peak = Math.max(peak, ++current);
            for (Barrier barrier : barriers) {
                if (current >= barrier.size) {
                    barrier.openedFor = arrival;
                    released.addAll(barrier.take());
                }
            }
            notifyAll();
        }
        released.forEach(Runnable::run);
        return arrival;
    }

    /** A request is about to get the last of its answer, or will get none. */
    public synchronized void leave() {
        current--;
    }

    /**
     * Requests in flight.
     *
     * @return now
     */
    public synchronized int current() {
        return current;
    }

    /**
     * The most at once.
     *
     * @return since the last {@link #resetPeak()}
     */
    public synchronized int peak() {
        return peak;
    }

    /** Begins the peak anew. */
    public synchronized void resetPeak() {
        peak = current;
    }

    /**
     * Waits until so many are in flight at once.
     *
     * @param count how many
     * @param most how long to wait
     * @return whether it came to that
     * @throws InterruptedException if interrupted
     */
    public synchronized boolean await(int count, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (current < count) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /**
     * A barrier for requests that arrive from now on.
     *
     * @param size how many in flight open it
     * @return the barrier
     */
    public synchronized Barrier barrier(int size) {
        Barrier barrier = new Barrier(size);
        barriers.add(barrier);
        return barrier;
    }

    /** Holds requests until enough are in flight, each time anew. */
    public final class Barrier {
        private final int size;
        private final List<Runnable> held = new ArrayList<>();
        private long openedFor;

        private Barrier(int size) {
            this.size = size;
        }

        /**
         * Goes on at once if enough were in flight since this request arrived, else when they are.
         *
         * @param arrival the request's number
         * @param goOn what to do then
         */
        public void pass(long arrival, Runnable goOn) {
            synchronized (InFlight.this) {
                if (arrival > openedFor) {
                    held.add(goOn);
                    return;
                }
            }
            goOn.run();
        }

        /** Ends the barrier: all that it holds go on. */
        public void remove() {
            List<Runnable> released;
            synchronized (InFlight.this) {
                for (Iterator<Barrier> all = barriers.iterator(); all.hasNext(); ) {
                    if (all.next() == this) {
                        all.remove();
                    }
                }
                openedFor = Long.MAX_VALUE;
                released = take();
            }
            released.forEach(Runnable::run);
        }

        private List<Runnable> take() {
            List<Runnable> taken = new ArrayList<>(held);
            held.clear();
            return taken;
        }
    }
}
