package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.books.ReplicaLedger;

/**
 * Whose books to ask for a slot.
 *
 * @param ledger the project's ledger
 * @param atNanos when it is expected to have a free slot
 * @param nextAtNanos when another project is expected to; {@code PoolClock.NEVER} if no other may be asked
 * @param projects the number of projects in the sample that may be asked, this one included
 */
public record SlotSource(ReplicaLedger ledger, long atNanos, long nextAtNanos, int projects) {}
