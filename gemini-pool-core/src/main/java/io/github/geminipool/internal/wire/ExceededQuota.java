package io.github.geminipool.internal.wire;

import java.util.List;

/**
 * A quota of requests that an error says is used up.
 *
 * @param perDay whether it is one of a day, otherwise of a minute
 * @param limit how many requests it admits, more than 0
 */
public record ExceededQuota(boolean perDay, int limit) {

    /** The quotas of requests to one model that the body of an error names, with their limits. */
    public static List<ExceededQuota> in(String body) {
        return GoogleError.parse(body).violations().stream()
                .filter(violation -> violation.isOfRequests() && violation.limit() > 0)
                .map(violation ->
                        new ExceededQuota(violation.isPerDay(), (int) Math.min(Integer.MAX_VALUE, violation.limit())))
                .toList();
    }
}
