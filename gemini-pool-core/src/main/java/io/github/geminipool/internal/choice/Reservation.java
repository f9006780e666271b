package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.quota.Demand;

/** The part of a project's quota that one attempt has reserved. Guarded by the model pool's lock. */
public interface Reservation {

    /** Returns the key of the attempt. */
    ModelKey key();

    Demand demand();

    /** Returns the number of tokens reserved; less than 0 for a request that takes no quota. */
    long reserved();

    /** Returns the time from which on the quota counts as used. */
    long takenNanos();

    /** Moves the time from which on the quota counts as used. */
    void takenAt(long nanos);
}
