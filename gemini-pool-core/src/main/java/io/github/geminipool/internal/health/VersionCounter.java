package io.github.geminipool.internal.health;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts changes of one kind, so that a reader can cache a result: it stays valid while the version stays the same.
 * Thread-safe.
 */
public final class VersionCounter {

    private final AtomicLong version = new AtomicLong();

    VersionCounter() {}

    /** Counts a change; call this after the change is visible to readers. */
    void increment() {
        version.incrementAndGet();
    }

    /** Returns the number of changes so far; read it before reading the state that the changes are about. */
    public long current() {
        return version.get();
    }
}
