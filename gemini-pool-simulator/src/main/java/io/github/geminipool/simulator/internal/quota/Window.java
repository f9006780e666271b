package io.github.geminipool.simulator.internal.quota;

import java.time.Duration;
import java.time.Instant;

/** What was used of one quota lately. Not thread-safe. */
interface Window {

    /** Used in the window that ends now. */
    long used(Instant now);

    /** Takes from the window. */
    void book(Instant now, long amount);

    /** How long until {@code amount} more fits under {@code limit}; if it never can, until the window is empty. */
    Duration untilRoom(Instant now, long amount, long limit);
}
