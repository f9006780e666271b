package io.github.geminipool.internal.quota;

import io.github.geminipool.key.Limits;
import java.time.Instant;
import java.util.function.LongFunction;

/** Ledgers and times for the tests that extend this. */
abstract class LedgerFixture {

    static final Instant START = Instant.parse("2026-11-10T20:00:00Z");
    static final long SECOND = 1_000_000_000L;
    static final long MINUTE = 60 * SECOND;
    static final long GUARD = SECOND / 10;
    static final long TOKEN_GUARD = SECOND * 8 / 10;

    static LocalLedger ledger(Limits limits) {
        return new LocalLedger(limits, new TokenEstimate(), START::plusNanos);
    }

    static LocalLedger perMinute(int limit) {
        return ledger(Limits.NONE.withRequestsPerMinute(limit));
    }

    static LocalLedger perDay(int limit, LongFunction<Instant> wallClock) {
        return new LocalLedger(Limits.NONE.withRequestsPerDay(limit), new TokenEstimate(), wallClock);
    }

    /** Takes as many requests as may be sent at once; returns their number. */
    static int burst(Ledger ledger, long now) {
        int taken = 0;
        while (ledger.nextSlot(now, 0) <= now) {
            ledger.take(now, 0);
            taken++;
        }
        return taken;
    }
}
