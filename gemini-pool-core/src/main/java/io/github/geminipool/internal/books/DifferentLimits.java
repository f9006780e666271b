package io.github.geminipool.internal.books;

import io.github.geminipool.shared.SlotChange;

/**
 * A limit that another replica has configured lower.
 *
 * @param configured the limit here, or the share of it
 * @param other the limit that holds for all
 */
record DifferentLimits(SlotChange.Unit unit, int configured, int other) {}
