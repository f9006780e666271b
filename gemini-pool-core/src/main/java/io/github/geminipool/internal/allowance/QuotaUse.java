package io.github.geminipool.internal.allowance;

import io.github.geminipool.internal.quota.Demand;

/** The part of a project's quota that one attempt has reserved. Guarded by the model pool's lock. */
public interface QuotaUse {

    /** Returns the key of the attempt. */
    QuotaKey key();

    Demand demand();

    /** Returns the size of the demand with the tokens reserved for it. */
    long reserved();

    /** Returns the time from which the quota counts as used. */
    long takenNanos();

    /** Moves the time from which the quota counts as used. */
    void takenAt(long nanos);
}
