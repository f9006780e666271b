package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.stats.QuotaUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What all usable projects admit in a minute.
 *
 * @param requests requests; {@code Long.MAX_VALUE} if a project has no known limit
 * @param tokens tokens of prompts; the same
 */
public record MinuteCapacity(long requests, long tokens) {

    private static final long UNLIMITED = Long.MAX_VALUE;

    /** That of projects without any known limit. */
    static final MinuteCapacity UNKNOWN = new MinuteCapacity(UNLIMITED, UNLIMITED);

    static MinuteCapacity of(List<ModelKey> keys, long now) {
        long requests = 0;
        long tokens = 0;
        Set<Ledger> seen = new HashSet<>();
        for (ModelKey key : keys) {
            Ledger ledger = key.ledger();
            if (key.exclusionByFailure(now) != null || (ledger != null && !seen.add(ledger))) {
                continue;
            }
            if (ledger == null) {
                return UNKNOWN;
            }
            if (!ledger.isDayUsedUp(now)) {
                List<QuotaUsage> usage = ledger.usage(key.project().name(), now);
                requests = sum(requests, limit(usage, QuotaUsage.Unit.REQUESTS_PER_MINUTE));
                tokens = sum(tokens, limit(usage, QuotaUsage.Unit.TOKENS_PER_MINUTE));
            }
        }
        return new MinuteCapacity(requests, tokens);
    }

    private static long limit(List<QuotaUsage> usage, QuotaUsage.Unit unit) {
        for (QuotaUsage of : usage) {
            if (of.unit() == unit) {
                return of.limit();
            }
        }
        return UNLIMITED;
    }

    private static long sum(long one, long other) {
        return one == UNLIMITED || other == UNLIMITED ? UNLIMITED : one + other;
    }
}
