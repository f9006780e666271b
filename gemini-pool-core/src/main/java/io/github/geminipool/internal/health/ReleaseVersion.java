package io.github.geminipool.internal.health;

import java.util.concurrent.atomic.AtomicLong;

/** How often an exclusion ended before its time: what was set aside until then is to be looked at again. */
public final class ReleaseVersion {

    private final AtomicLong count = new AtomicLong();

    ReleaseVersion() {}

    /** One more; to be told after it can be seen. */
    void increment() {
        count.incrementAndGet();
    }

    /** How many so far. */
    public long current() {
        return count.get();
    }
}
