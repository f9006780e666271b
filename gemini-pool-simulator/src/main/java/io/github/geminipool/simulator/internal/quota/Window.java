package io.github.geminipool.simulator.internal.quota;

import java.time.Duration;
import java.time.Instant;

/** The usage of one quota in its current window. Not thread-safe. */
interface Window {

    /** Returns the usage in the current window. */
    long used(Instant now);

    /** Records usage. */
    void add(Instant now, long amount);

    /** Returns the time until {@code amount} more fits within {@code limit}; if it never can, until the window is empty. */
    Duration untilRoom(Instant now, long amount, long limit);
}
