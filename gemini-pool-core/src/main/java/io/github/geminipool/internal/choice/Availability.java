package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import org.jspecify.annotations.Nullable;

/** Whether a key can serve a request: the best key now, or when one can later. A snapshot, valid while the model pool's lock is held. */
public sealed interface Availability permits ModelKey, Availability.Later {

    /** No eligible key is available now. */
    non-sealed interface Later extends Availability {

        /** Returns when the first eligible key becomes available, as far as known; else {@code PoolClock.NEVER}. */
        long atNanos();

        /** Returns whether running probes, or slots on order, may make an eligible key available at any moment. */
        boolean mayEndAnyMoment();

        /** Returns the failure because of which a call should fall back to another model; null if that would not help. */
        @Nullable
        Failure fallBackFor();
    }
}
