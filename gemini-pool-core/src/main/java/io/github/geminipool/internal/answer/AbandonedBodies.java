package io.github.geminipool.internal.answer;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what nobody will end: bodies that were neither read to their end nor closed, once the garbage collector has
 * found out. One thread, started with the first body.
 */
public final class AbandonedBodies implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AbandonedBodies.class);

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** All that are watched, as a list of links: a set would hash each, which takes longer than all the rest. */
    private @Nullable Watch first;

    private volatile @Nullable Thread thread;
    private final AtomicBoolean told = new AtomicBoolean();
    private boolean closed;

    /**
     * Watches a body.
     *
     * @param body whose loss is noticed
     * @param onAbandoned is run then; must not refer to the body
     */
    public Watch watch(Object body, Runnable onAbandoned) {
        if (thread == null) {
            start();
        }
        Watch watch = new Watch(body, queue, onAbandoned);
        add(watch);
        return watch;
    }

    private void add(Watch watch) {
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

    /** How many are watched. */
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

    private void start() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                Thread started = new Thread(this::run, "gemini-pool-abandoned");
                started.setDaemon(true);
                thread = started;
                started.start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                Watch watch = (Watch) queue.remove();
                if (remove(watch)) {
                    tell();
                    try {
                        watch.onAbandoned.run();
                    } catch (RuntimeException e) {
                        log.warn("An abandoned answer could not be closed", e);
                    }
                }
            }
        } catch (InterruptedException e) {
            // The pool is closed.
        }
    }

    private void tell() {
        if (told.compareAndSet(false, true)) {
            log.warn("An answer was lost that was neither read to its end nor closed; its instance was held until the "
                    + "garbage collector found out. Close streams in a try-with-resources statement. Further ones are "
                    + "logged at DEBUG");
        } else {
            log.debug("Another answer was lost that was neither read to its end nor closed");
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A body that is watched. */
    public final class Watch extends PhantomReference<Object> {

        private final Runnable onAbandoned;
        private boolean linked;
        private @Nullable Watch previous;
        private @Nullable Watch next;

        private Watch(Object body, ReferenceQueue<Object> queue, Runnable onAbandoned) {
            super(body, queue);
            this.onAbandoned = onAbandoned;
        }

        /** The body has ended as it should. */
        public void end() {
            remove(this);
            clear();
        }
    }
}
