package io.github.geminipool.internal.wire;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A quota that an error says is used up.
 *
 * @param unit what it counts
 * @param limit how many of them it admits, more than 0
 * @param model the model that it is one of, which may have other names; null where that is not said
 */
public record ExceededQuota(Unit unit, int limit, @Nullable String model) {

    /** A quota of a model that is not named. */
    public ExceededQuota(Unit unit, int limit) {
        this(unit, limit, null);
    }

    /** What a quota counts. */
    public enum Unit {
        /** Requests in a minute. */
        REQUESTS_PER_MINUTE("requests a minute"),
        /** Tokens of prompts in a minute. */
        TOKENS_PER_MINUTE("tokens a minute"),
        /** Requests in a day. */
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

    /** The quotas of requests and tokens to one model that the body of an error names, with their limits. */
    public static List<ExceededQuota> in(String body) {
        return GoogleError.parse(body).violations().stream()
                .filter(violation -> violation.limit() > 0)
                .flatMap(violation -> {
                    Unit unit = unitOf(violation);
                    int limit = (int) Math.min(Integer.MAX_VALUE, violation.limit());
                    return unit == null ? Stream.empty() : Stream.of(new ExceededQuota(unit, limit, violation.model()));
                })
                .toList();
    }

    private static @Nullable Unit unitOf(GoogleError.Violation violation) {
        if (violation.isOfTokens()) {
            return Unit.TOKENS_PER_MINUTE;
        }
        if (violation.isOfRequests()) {
            return violation.isPerDay() ? Unit.REQUESTS_PER_DAY : Unit.REQUESTS_PER_MINUTE;
        }
        return null;
    }
}
