package io.github.geminipool.shared;

import java.time.Duration;

/**
 * The right to send one request at a time or later. Immutable.
 *
 * @param id identifies the slot within its books: its time on the store's clock, in microseconds
 * @param in how long after the store's answer it may be used; zero for at once. As the answer takes a while to arrive, a replica
 *     that counts from the arrival is never too early
 * @param size what it was reserved for
 */
public record Slot(long id, Duration in, SlotSize size) {}
