package io.github.geminipool.stats;

/**
 * A project's use of one of its limits for a model, by the pool's ledger. What others than this pool send is not part of it.
 *
 * @param project name of the project
 * @param unit the unit of the limit
 * @param limit the limit for this pool: the project's limit times the pool's share of it
 * @param used use in the last sixty seconds, or since midnight Pacific time for a daily limit; at most {@code limit}
 * @param learned whether the limit was learned from Gemini's errors rather than configured
 */
public record QuotaUsage(String project, Unit unit, long limit, long used, boolean learned) {

    /** The unit of a limit. */
    public enum Unit {
        /** Requests in any sixty seconds. */
        REQUESTS_PER_MINUTE,
        /** Prompt tokens in any sixty seconds. */
        TOKENS_PER_MINUTE,
        /** Requests from midnight to midnight Pacific time. */
        REQUESTS_PER_DAY
    }

    /** Returns how much of the limit is left. */
    public long remaining() {
        return limit - used;
    }
}
