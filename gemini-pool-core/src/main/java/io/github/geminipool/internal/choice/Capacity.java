package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.stats.QuotaUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all usable projects admit in total; {@link #UNLIMITED} where one of them has no known limit.
 *
 * @param requests requests per minute
 * @param tokens prompt tokens per minute
 * @param today requests left for today
 * @param perDay requests per day
 */
public record Capacity(long requests, long tokens, long today, long perDay) {

    /** The capacity of a project without a known limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** The capacity of projects without any known limits. */
    static final Capacity UNKNOWN = new Capacity(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    private static final Capacity NONE = new Capacity(0, 0, 0, 0);

    static Capacity of(List<ModelKey> keys, long now) {
        Capacity all = NONE;
        Set<Ledger> seen = new HashSet<>();
        for (ModelKey key : keys) {
            Ledger ledger = key.ledger();
            if (key.exclusionByFailure(now) != null || (ledger != null && !seen.add(ledger))) {
                continue;
            }
            if (ledger == null) {
                return UNKNOWN;
            }
            all = all.and(of(ledger, key.project().name(), now));
        }
        return all;
    }

    private static Capacity of(Ledger ledger, String project, long now) {
        List<QuotaUsage> usage = ledger.usage(project, now);
        QuotaUsage requests = find(usage, QuotaUsage.Unit.REQUESTS_PER_MINUTE);
        QuotaUsage tokens = find(usage, QuotaUsage.Unit.TOKENS_PER_MINUTE);
        QuotaUsage day = find(usage, QuotaUsage.Unit.REQUESTS_PER_DAY);
        // A project that has used up its day adds nothing to today's minutes.
        boolean isDayOver = ledger.isDayUsedUp(now);
        return new Capacity(
                isDayOver ? 0 : limit(requests),
                isDayOver ? 0 : limit(tokens),
                day == null ? UNLIMITED : isDayOver ? 0 : day.remaining(),
                limit(day));
    }

    private static @Nullable QuotaUsage find(List<QuotaUsage> usage, QuotaUsage.Unit unit) {
        for (QuotaUsage of : usage) {
            if (of.unit() == unit) {
                return of;
            }
        }
        return null;
    }

    private static long limit(@Nullable QuotaUsage usage) {
        return usage == null ? UNLIMITED : usage.limit();
    }

    private Capacity and(Capacity other) {
        return new Capacity(
                sum(requests, other.requests),
                sum(tokens, other.tokens),
                sum(today, other.today),
                sum(perDay, other.perDay));
    }

    private static long sum(long one, long other) {
        return one == UNLIMITED || other == UNLIMITED ? UNLIMITED : one + other;
    }
}
