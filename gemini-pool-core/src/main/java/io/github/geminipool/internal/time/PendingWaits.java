package io.github.geminipool.internal.time;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The calls that wait for something other than an instance; closing the pool refuses these too. Thread-safe. */
public final class PendingWaits {

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Begins a wait.
     *
     * @param refuse runs, possibly more than once, if the pool is closed before the wait ends, or already was
     */
    public Wait begin(Runnable refuse) {
        Wait wait = new Wait(refuse);
        waits.add(wait);
        if (closed) {
            refuse.run();
        }
        return wait;
    }

    /** Refuses all current waits and all later ones. */
    public void close() {
        closed = true;
        waits.forEach(wait -> wait.refuse.run());
    }

    /** A wait that has begun. */
    public final class Wait {

        private final Runnable refuse;

        private Wait(Runnable refuse) {
            this.refuse = refuse;
        }

        public void end() {
            waits.remove(this);
        }
    }
}
