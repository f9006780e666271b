package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.BooksTwin;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Ledgers of one replica over books in memory, in virtual time. */
abstract class ReplicaLedgerFixture {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final long MINUTE = 60 * SECOND;
    static final long ONE = Demand.REQUEST.size(0);

    final VirtualTime time = new VirtualTime();
    final SimulatedStore server = new SimulatedStore(time, new Random(1));
    final SimulatedStore.Link link = server.connect("r0");
    final BooksTwin books = new BooksTwin();
    final ReplicaLedgers ledgers = new ReplicaLedgers(
            "gemini", new QuotaSharing(link, project -> project, model -> model, (alias, model) -> {}), time.clock());

    final ReplicaLedger ledger(Limits limits) {
        return ledgers.ledger("p", limits, new TokenEstimate());
    }

    final ReplicaLedger perMinute(int limit) {
        return ledger(Limits.NONE.withRequestsPerMinute(limit));
    }

    final long now() {
        return time.clock().nanos();
    }

    final Slots answer(SlotAsk ask) {
        return books.ask(VirtualTime.START.toEpochMilli() * 1_000 + now() / 1_000, ask.order());
    }

    /** Orders slots of a request each, and has the order answered at once. */
    final SlotAsk order(ReplicaLedger ledger, int number) {
        SlotAsk ask = ledger.ask(Collections.nCopies(number, SlotSize.ONE), MINUTE, now());
        ledger.answered(answer(ask), now());
        return ask;
    }

    /** Returns what a ledger has to tell. */
    final List<SlotChange> told(ReplicaLedger ledger) {
        return ledger.ask(List.of(), 0, now()).order().changes();
    }

    final int burst(ReplicaLedger ledger) {
        // Slots of one order follow each other by a microsecond.
        time.advance(Duration.ofMillis(1));
        int sent = 0;
        while (ledger.nextSlot(now(), ONE) <= now()) {
            ledger.take(now(), ONE);
            sent++;
        }
        return sent;
    }
}
