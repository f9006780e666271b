package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.stats.CallerStats;
import io.github.geminipool.stats.QuotaUsage;
import java.util.List;

/**
 * What a caller has used.
 *
 * @param caller the caller's name; {@code (other)} for all the callers that are counted together
 * @param listed whether it has an entry in {@code gemini.pool.callers}
 * @param calls number of calls that got a lease
 * @param refused number of calls that got none because of its limits
 * @param tokens prompt tokens, as far as they are counted
 * @param active number of calls that hold a lease
 * @param limits its limits; empty if it has none
 */
public record CallerDescriptor(
        String caller, boolean listed, long calls, long refused, long tokens, int active, List<CallerLimit> limits) {

    /**
     * Limit of a caller.
     *
     * @param unit the limited quantity
     * @param limit the maximum
     * @param used the amount used in the last minute or today
     */
    public record CallerLimit(QuotaUsage.Unit unit, long limit, long used) {}

    static CallerDescriptor of(CallerStats stats) {
        return new CallerDescriptor(
                stats.caller(),
                stats.listed(),
                stats.calls(),
                stats.refused(),
                stats.tokens(),
                stats.active(),
                stats.limits().stream()
                        .map(usage -> new CallerLimit(usage.unit(), usage.limit(), usage.used()))
                        .toList());
    }
}
