package io.github.geminipool.internal.books;

import io.github.geminipool.shared.SlotChange;

/**
 * A limit for which another replica has a lower configuration.
 *
 * @param configured the limit here, or this replica's share of it
 * @param other the lower limit, which holds for all replicas
 */
record DifferentLimits(SlotChange.Unit unit, int configured, int other) {}
