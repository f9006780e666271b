package io.github.geminipool.internal.health;

import java.util.concurrent.atomic.AtomicLong;

/** How often an exclusion ended before its time: what was set aside until then is to be looked at again. */
public final class Reliefs {

    private final AtomicLong count = new AtomicLong();

    Reliefs() {}

    /** One more; to be told after it can be seen. */
    void add() {
        count.incrementAndGet();
    }

    /** How many so far. */
    public long count() {
        return count.get();
    }
}
