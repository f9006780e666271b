package io.github.geminipool.internal.wire;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A quota that an error says is used up.
 *
 * @param unit the unit it counts
 * @param limit the limit in this unit, more than 0
 * @param model Google's name of the model the quota is for, not necessarily the pool's; null if it is not given
 */
public record ExceededQuota(Unit unit, int limit, @Nullable String model) {

    /** Creates a quota of a model that is not named. */
    public ExceededQuota(Unit unit, int limit) {
        this(unit, limit, null);
    }

    /** The unit a quota counts. */
    public enum Unit {
        /** Requests per minute. */
        REQUESTS_PER_MINUTE("requests a minute"),
        /** Prompt tokens per minute. */
        TOKENS_PER_MINUTE("tokens a minute"),
        /** Requests per day. */
        REQUESTS_PER_DAY("requests a day");

        private final String words;

        Unit(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** Returns the quotas of requests and tokens to one model that an error names with their limits. */
    static List<ExceededQuota> in(GoogleError error) {
        return error.violations().stream()
                .filter(violation -> violation.limit() > 0)
                .flatMap(violation -> {
                    Unit unit = unitOf(violation);
                    int limit = (int) Math.min(Integer.MAX_VALUE, violation.limit());
                    return unit == null ? Stream.empty() : Stream.of(new ExceededQuota(unit, limit, violation.model()));
                })
                .toList();
    }

    private static @Nullable Unit unitOf(QuotaViolation violation) {
        if (violation.isOfTokens()) {
            return Unit.TOKENS_PER_MINUTE;
        }
        if (violation.isOfRequests()) {
            return violation.isPerDay() ? Unit.REQUESTS_PER_DAY : Unit.REQUESTS_PER_MINUTE;
        }
        return null;
    }
}
