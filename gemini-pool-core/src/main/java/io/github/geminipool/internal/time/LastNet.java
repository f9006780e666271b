package io.github.geminipool.internal.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Looks every second, on a thread that is not the pool's, whether the threads that should do something are late. It looks only
 * while there is something to look for. Thread-safe.
 */
public final class LastNet implements AutoCloseable {

    /** Finds what is late, and sees to it. */
    @FunctionalInterface
    public interface Look {

        /**
         * Looks once; must not block.
         *
         * @return whether to look again
         */
        boolean look();
    }

    private final Look look;
    private final Executor later;
    private final Runnable next = this::next;
    private volatile boolean begun;
    private volatile boolean closed;

    /** Creates a net that has not begun. */
    public LastNet(Look look) {
        this(look, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run));
    }

    /**
     * Creates a net that has not begun.
     *
     * @param later runs a task in a second
     */
    LastNet(Look look, Executor later) {
        this.look = look;
        this.later = later;
    }

    /** Begins to look, unless that has happened already: there is something to look for. Never throws. */
    public void begin() {
        if (!begun && !closed) {
            begun = true;
            schedule();
        }
    }

    private void schedule() {
        try {
            later.execute(next);
        } catch (Throwable e) {
            // No memory, or no thread. Whoever needs the net next tries again.
            begun = false;
        }
    }

    private void next() {
        boolean again = true;
        try {
            // What comes after this look begins the net anew.
            begun = false;
            again = look.look();
        } finally {
            if (again) {
                begin();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
