package io.github.geminipool.internal.quota;

import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.stats.QuotaUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notices that others use the projects' quotas of one model: Gemini refuses a request although less than half of the limit is used by
 * the ledger. Not thread-safe.
 */
public final class ForeignUses {

    /** How long an estimate is shown. */
    private static final long SHOWN_NANOS = 3_600_000_000_000L;

    private record Limited(String project, QuotaUsage.Unit unit) {}

    private record Estimate(long amount, long atNanos) {}

    private final Map<Limited, Estimate> latest = new HashMap<>();

    /**
     * Records a refusal.
     *
     * @param quota for what it was refused
     * @param ledger what the ledger said of the project before the refusal
     * @return what others use; null if nothing shows that they do
     */
    public @Nullable ForeignUse refused(
            String project, String model, ExceededQuota quota, List<QuotaUsage> ledger, long now) {
        QuotaUsage.Unit unit = switch (quota.unit()) {
            case REQUESTS_PER_MINUTE -> QuotaUsage.Unit.REQUESTS_PER_MINUTE;
            case TOKENS_PER_MINUTE -> QuotaUsage.Unit.TOKENS_PER_MINUTE;
            // The day's ledger does not know what was sent before this process began.
            case REQUESTS_PER_DAY -> null;
        };
        if (unit == null) {
            return null;
        }
        for (QuotaUsage usage : ledger) {
            if (usage.unit() == unit && 2 * usage.used() < quota.limit()) {
                long foreign = quota.limit() - usage.used();
                remember(new Limited(project, unit), new Estimate(foreign, now));
                return new ForeignUse(project, model, unitOf(unit), quota.limit(), usage.used(), foreign);
            }
        }
        return null;
    }

    private static ForeignUse.Unit unitOf(QuotaUsage.Unit unit) {
        return unit == QuotaUsage.Unit.TOKENS_PER_MINUTE ? ForeignUse.Unit.TOKENS : ForeignUse.Unit.REQUESTS;
    }

    private void remember(Limited limited, Estimate estimate) {
        latest.values().removeIf(before -> !isShown(before, estimate.atNanos()));
        latest.put(limited, estimate);
    }

    private static boolean isShown(Estimate estimate, long now) {
        return now - estimate.atNanos() < SHOWN_NANOS;
    }

    /** Adds what others use to the use of the ledgers. */
    public List<QuotaUsage> addTo(List<QuotaUsage> usage, long now) {
        if (latest.isEmpty()) {
            return usage;
        }
        List<QuotaUsage> all = new ArrayList<>(usage.size());
        for (QuotaUsage one : usage) {
            Estimate estimate = latest.get(new Limited(one.project(), one.unit()));
            all.add(estimate != null && isShown(estimate, now) ? one.withForeign(estimate.amount()) : one);
        }
        return all;
    }
}
