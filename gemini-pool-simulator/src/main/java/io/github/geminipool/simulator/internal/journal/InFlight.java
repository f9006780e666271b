package io.github.geminipool.simulator.internal.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Counts the requests being held or answered. Thread-safe. */
public final class InFlight {
    private final List<Barrier> barriers = new ArrayList<>();
    private long arrivals;
    private int current;
    private int peak;

    /**
     * Counts an arriving request.
     *
     * @return its number in order of arrival
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

    /** Stops counting a request, before the end of its response is sent or if there will be none. */
    public synchronized void leave() {
        current--;
    }

    /**
     * Returns the number of requests in flight.
     *
     * @return the current number
     */
    public synchronized int current() {
        return current;
    }

    /**
     * Returns the peak.
     *
     * @return the maximum number in flight since the last {@link #resetPeak()}
     */
    public synchronized int peak() {
        return peak;
    }

    /** Resets the peak to the current number. */
    public synchronized void resetPeak() {
        peak = current;
    }

    /**
     * Waits for a number of requests in flight.
     *
     * @param count minimum number of requests
     * @param timeout maximum time to wait
     * @return whether the number was reached
     * @throws InterruptedException if interrupted
     */
    public synchronized boolean await(int count, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
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
     * Creates a barrier for requests that arrive from now on.
     *
     * @param size number of requests in flight that opens it
     * @return the barrier
     */
    public synchronized Barrier barrier(int size) {
        Barrier barrier = new Barrier(size);
        barriers.add(barrier);
        return barrier;
    }

    /** Holds requests until enough are in flight; closes again after each opening. */
    public final class Barrier {
        private final int size;
        private final List<Runnable> held = new ArrayList<>();
        private long openedFor;

        private Barrier(int size) {
            this.size = size;
        }

        /**
         * Continues at once if enough requests have been in flight since this one arrived, otherwise as soon as they are.
         *
         * @param arrival the request's number
         * @param next what to do then
         */
        public void pass(long arrival, Runnable next) {
            synchronized (InFlight.this) {
                if (arrival > openedFor) {
                    held.add(next);
                    return;
                }
            }
            next.run();
        }

        /** Removes the barrier; all requests it holds continue. */
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
