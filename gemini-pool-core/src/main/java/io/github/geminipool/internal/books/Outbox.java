package io.github.geminipool.internal.books;

import io.github.geminipool.internal.event.SafeLog;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to a shared store: collected under its owner's lock, which guards it, and sent after the lock's release by the methods
 * that say so.
 */
final class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private final PoolClock clock;
    private final Scheduler scheduler;
    private List<Runnable> collected = new ArrayList<>(0);

    /** Messages left for the scheduler's thread to send. */
    private final Queue<List<Runnable>> left = new ConcurrentLinkedQueue<>();

    private volatile boolean closed;

    Outbox(PoolClock clock, Scheduler scheduler) {
        this.clock = clock;
        this.scheduler = scheduler;
    }

    void add(Runnable message) {
        collected.add(message);
    }

    boolean isEmpty() {
        return collected.isEmpty();
    }

    /** Takes the messages to be {@linkplain #send sent} after the lock is released. */
    List<Runnable> take() {
        if (collected.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = collected;
        collected = new ArrayList<>(1);
        return taken;
    }

    /**
     * Lets the scheduler's thread send messages in order: callers wait for slots, but send nothing themselves. The lock must not be
     * held. Never throws.
     */
    void sendSoon(List<Runnable> messages) {
        if (!closed && (messages.isEmpty() || isLeftToScheduler(messages))) {
            return;
        }
        // Nobody knows for how long the scheduler of a closed pool still runs.
        sendLeft();
        send(messages);
    }

    private boolean isLeftToScheduler(List<Runnable> messages) {
        try {
            left.add(messages);
        } catch (Throwable e) {
            return false;
        }
        try {
            scheduler.schedule(clock.nanos(), this::sendLeft);
        } catch (Throwable e) {
            sendLeft();
        }
        if (closed) {
            // Another thread closed it, and may have looked too early.
            sendLeft();
        }
        return true;
    }

    private void sendLeft() {
        for (List<Runnable> messages = left.poll(); messages != null; messages = left.poll()) {
            send(messages);
        }
    }

    /** Sends messages; the lock must not be held. Never throws. */
    void send(List<Runnable> messages) {
        for (Runnable message : messages) {
            try {
                message.run();
            } catch (Throwable e) {
                SafeLog.error(
                        log,
                        "Could not send a message to the shared store; calls that wait for its answer may wait longer",
                        e);
            }
        }
    }

    /** From now on, the threads that release the lock send what is left. */
    void close() {
        closed = true;
    }
}
