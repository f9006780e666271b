package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.quota.Demand;

/** What one attempt has reserved of its project's quota. Guarded by the model pool's lock. */
public interface Reservation {

    /** Returns the key whose project's quota it is. */
    ModelKey key();

    Demand demand();

    /** Returns the number of tokens reserved; less than 0 for a request that takes no quota. */
    long reserved();

    /** Returns the time from which on the quota counts as used. */
    long takenNanos();

    /** Moves the time from which on the quota counts as used. */
    void takenAt(long nanos);
}
