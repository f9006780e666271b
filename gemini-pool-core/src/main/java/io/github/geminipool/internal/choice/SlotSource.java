package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.books.ReplicaLedger;

/**
 * Whose books to ask for a slot.
 *
 * @param ledger that of the project
 * @param atNanos when a slot of it is expected to be free
 * @param nextAtNanos when one of another project is; {@code PoolClock.NEVER} if no other may be asked
 * @param projects the number of projects that may be asked, this one included, up to a sample
 */
public record SlotSource(ReplicaLedger ledger, long atNanos, long nextAtNanos, int projects) {}
