package io.github.geminipool.internal.answer;

import io.github.geminipool.internal.time.LastingThread;
import io.github.geminipool.internal.time.SteadyLock;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends response bodies that were garbage-collected before they were read to their end or closed. Uses one thread, started
 * with the first body. Thread-safe.
 */
public final class AbandonedBodies implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AbandonedBodies.class);

    private static final long RETRY_NANOS = 100_000_000;

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    private final SteadyLock lock = new SteadyLock();
    private final LastingThread thread;

    /** All watched bodies as a linked list, since a hash set costs more per call than everything else here. */
    private @Nullable Watch first;

    private final AtomicBoolean hasWarned = new AtomicBoolean();

    /** Creates an instance that starts its own thread. */
    public AbandonedBodies() {
        this.thread = new LastingThread("abandoned", LastingThread.daemon("gemini-pool-abandoned"), this::endNext);
    }

    /**
     * Creates an instance with threads from a factory.
     *
     * @param later runs a task after a while, on a thread other than those of {@code threads}
     */
    AbandonedBodies(ThreadFactory threads, Executor later) {
        this.thread = new LastingThread("abandoned", threads, this::endNext, later);
    }

    /**
     * Watches a body, or another object that must be ended.
     *
     * @param onAbandoned runs when the body is garbage-collected before its watch has ended; must not refer to the body
     */
    public Watch watch(Object body, Runnable onAbandoned) {
        Watch watch = new Watch(this, body) {
            @Override
            void abandoned() {
                onAbandoned.run();
            }
        };
        watch.begin();
        return watch;
    }

    private void add(Watch watch) {
        thread.ensureStarted();
        lock.lock();
        try {
            watch.next = first;
            if (first != null) {
                first.previous = watch;
            }
            first = watch;
            watch.linked = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean remove(Watch watch) {
        lock.lock();
        try {
            if (!watch.linked) {
                return false;
            }
            watch.linked = false;
            if (watch.previous == null) {
                first = watch.next;
            } else {
                watch.previous.next = watch.next;
            }
            if (watch.next != null) {
                watch.next.previous = watch.previous;
            }
            watch.previous = null;
            watch.next = null;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of watched bodies. */
    public int size() {
        lock.lock();
        try {
            int size = 0;
            for (Watch watch = first; watch != null; watch = watch.next) {
                size++;
            }
            return size;
        } finally {
            lock.unlock();
        }
    }

    private boolean endNext() throws InterruptedException {
        end((Watch) queue.remove());
        return true;
    }

    private void end(Watch watch) {
        try {
            if (remove(watch)) {
                try {
                    report();
                } finally {
                    abandon(watch);
                }
            }
        } catch (Throwable e) {
            reportFailure(e);
        }
    }

    /** Nothing else releases what an abandoned body holds, so this is retried if memory was short. */
    private static void abandon(Watch watch) {
        try {
            watch.abandoned();
        } catch (OutOfMemoryError e) {
            LockSupport.parkNanos(RETRY_NANOS);
            watch.abandoned();
        }
    }

    private void report() {
        if (hasWarned.compareAndSet(false, true)) {
            log.warn("A response was lost: it was neither read to its end nor closed, and held its instance until the"
                    + " garbage collector found it. Close streams in a try-with-resources statement. Further lost"
                    + " responses are logged at DEBUG");
        } else {
            log.debug("Another response was lost: it was neither read to its end nor closed");
        }
    }

    /** Nothing may end the thread, not even a logger that fails. */
    private static void reportFailure(Throwable failure) {
        try {
            log.warn("Could not close a lost response", failure);
        } catch (Throwable e) {
            // Nowhere left to report it.
        }
    }

    @Override
    public void close() {
        thread.end();
    }

    /** The watch over one body; ends once. */
    public abstract static class Watch extends PhantomReference<Object> {

        private final AbandonedBodies owner;
        private volatile boolean linked;
        private @Nullable Watch previous;
        private @Nullable Watch next;

        Watch(AbandonedBodies owner, Object body) {
            super(body, owner.queue);
            this.owner = owner;
        }

        /** Starts watching. */
        final void begin() {
            owner.add(this);
        }

        /** Runs after the body was garbage-collected; must not refer to it. */
        abstract void abandoned();

        /**
         * Ends the watch, since the body has ended.
         *
         * @return whether this call ended it
         */
        public final boolean end() {
            // Not cleared, which is a native call: after the end it is ignored if it is enqueued at all.
            return linked && owner.remove(this);
        }
    }
}
