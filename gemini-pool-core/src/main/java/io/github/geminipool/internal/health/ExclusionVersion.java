package io.github.geminipool.internal.health;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How often anything spoke against anything: an exclusion made, or a fault of a key recorded. Most of the time nothing
 * does, and what was found good at a count is so for as long as it stands there, and need not be looked at again.
 */
public final class ExclusionVersion {

    private final AtomicLong count = new AtomicLong();

    ExclusionVersion() {}

    /** One more; to be told after what speaks against something can be seen. */
    void increment() {
        count.incrementAndGet();
    }

    /** How many so far; to be asked before what may speak against something is looked at. */
    public long current() {
        return count.get();
    }
}
