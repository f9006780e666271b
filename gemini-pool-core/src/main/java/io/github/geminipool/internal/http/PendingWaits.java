package io.github.geminipool.internal.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Calls that wait for something else than an instance: a pool that is closed refuses them like those that do. */
final class PendingWaits {

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * A wait begins.
     *
     * @param refuse is run, once or more, if the pool is closed before the wait ends, or was before it began
     */
    Wait begin(Runnable refuse) {
        Wait wait = new Wait(refuse);
        waits.add(wait);
        if (closed) {
            refuse.run();
        }
        return wait;
    }

    /** Refuses those that wait, and those that would. */
    void close() {
        closed = true;
        waits.forEach(wait -> wait.refuse.run());
    }

    /** A wait that goes on. */
    final class Wait {

        private final Runnable refuse;

        private Wait(Runnable refuse) {
            this.refuse = refuse;
        }

        void end() {
            waits.remove(this);
        }
    }
}
