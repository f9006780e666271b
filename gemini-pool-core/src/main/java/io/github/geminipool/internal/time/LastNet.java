package io.github.geminipool.internal.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

    /** How long after its time a look is given up: the thread that should do it has ended. */
    private static final long LOST_NANOS = 5_000_000_000L;

    private final Look look;
    private final Executor later;
    private final LongSupplier nanos;

    /** The next look; null if there is none. */
    private final AtomicReference<@Nullable Next> next = new AtomicReference<>();

    private volatile boolean closed;

    /** Creates a net that has not begun. */
    public LastNet(Look look) {
        this(look, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run), System::nanoTime);
    }

    /**
     * Creates a net that has not begun.
     *
     * @param later runs a task in a second
     * @param nanos a clock
     */
    LastNet(Look look, Executor later, LongSupplier nanos) {
        this.look = look;
        this.later = later;
        this.nanos = nanos;
    }

    /** Begins to look, unless that has happened already: there is something to look for. Never throws. */
    public void begin() {
        if (closed) {
            return;
        }
        Next planned = next.get();
        if (planned == null || (planned.isLost() && next.compareAndSet(planned, null))) {
            schedule();
        }
    }

    private void schedule() {
        Next made = null;
        try {
            made = new Next();
            if (next.compareAndSet(null, made)) {
                later.execute(made);
            }
        } catch (Throwable e) {
            // No memory, or no thread. Whoever needs the net next tries again.
            if (made != null) {
                next.compareAndSet(made, null);
            }
        }
    }

    /** A planned look. Two threads may plan one at once, and an executor may keep a task that it claims to reject: only one counts. */
    private final class Next implements Runnable {

        private final long plannedNanos = nanos.getAsLong();

        boolean isLost() {
            return nanos.getAsLong() - plannedNanos > LOST_NANOS;
        }

        @Override
        public void run() {
            // What comes after this look begins the net anew.
            if (!next.compareAndSet(this, null)) {
                return;
            }
            boolean again = true;
            try {
                again = look.look();
            } finally {
                if (again) {
                    begin();
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
