package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.LocalLedger;
import io.github.geminipool.internal.quota.MinuteLimit;
import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.key.Limits;
import java.time.Instant;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part of a quota with which a replica goes on while the store does not answer: mostly in proportion to its use so far, with an
 * equal share mixed in, so that nobody is left with nothing.
 */
final class PartAlone {

    private static final double BY_USE = 0.75;
    private static final double LEAST = 0.01;

    /** Number of sends that stand for those of the last minute if requests are not limited. */
    private static final int PACED = 20;

    private final SharedBooks books;
    private final double used;
    private final double part;

    /**
     * Computes the part.
     *
     * @param books the books as last reported by the store
     * @param requests the requests that this replica has sent in the last minute or holds slots for
     * @param tokens the same in tokens
     * @param replicas the number of all replicas
     */
    PartAlone(SharedBooks books, int requests, long tokens, int replicas, long now) {
        this.books = books;
        double left = books.left(now);
        this.used = Math.min(1, 1 - left);
        double own = 0;
        if (books.requests().limit() > 0) {
            own = (double) requests / books.requests().limit();
        } else if (books.tokens().limit() > 0) {
            own = (double) tokens / books.tokens().limit();
        }
        double byUse = own + left / replicas;
        this.part = Math.min(1, Math.max(LEAST, BY_USE * byUse + (1 - BY_USE) / replicas));
    }

    /**
     * Returns a ledger of the part. It begins as full as the whole quota, spread evenly over the minute, so that the sends of all
     * replicas expire at the pace at which all of them go on.
     */
    LocalLedger ledger(TokenEstimate estimate, LongFunction<Instant> wallClock, long now) {
        Integer perMinute = limit(books.requests().limit());
        Integer ofTokens = limit(books.tokens().limit());
        Integer perDay = limit(books.day().limit());
        LocalLedger ledger = new LocalLedger(new Limits(perMinute, ofTokens, perDay, part), estimate, wallClock);
        if (perDay != null) {
            // Long enough ago to count for the day only.
            takeAt(ledger, now - 3 * RollingMinute.MINUTE, (int) Math.ceil(part * (perDay - books.leftOfDay(now))), 0);
        }
        int sends = (int) Math.ceil(used * (perMinute == null ? PACED : MinuteLimit.partOf(perMinute, part)));
        double tokensOfOne = ofTokens == null || sends == 0 ? 0 : used * part * ofTokens / sends;
        for (int i = 0; i < sends; i++) {
            takeAt(
                    ledger,
                    now - RollingMinute.MINUTE + RollingMinute.MINUTE * (i + 1) / sends,
                    1,
                    Math.round(tokensOfOne));
        }
        return ledger;
    }

    private static void takeAt(LocalLedger ledger, long at, int requests, long tokens) {
        if (requests > 0) {
            ledger.take(at, new Demand(requests, tokens, true).size(tokens));
        }
    }

    private static @Nullable Integer limit(int known) {
        return known == 0 ? null : known;
    }
}
