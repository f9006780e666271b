package io.github.geminipool.stats;

/**
 * A project's use of one of its limits for a model, by the pool's ledger. What others than this pool send is not part of it.
 *
 * @param project name of the project
 * @param unit the unit of the limit
 * @param limit the limit for this pool: the project's limit times the pool's share of it
 * @param used use in the last sixty seconds, or since midnight Pacific time for a daily limit; at most {@code limit}
 * @param learned whether the limit was learned from Gemini's errors rather than configured
 * @param foreign estimate of what others have used in the minute before Gemini refused a request although less than half of the limit
 *     was used here; 0 if that has not happened in the last hour
 * @see io.github.geminipool.event.ForeignUse
 */
public record QuotaUsage(String project, Unit unit, long limit, long used, boolean learned, long foreign) {

    /** Creates the use of a limit that nobody else is known to use. */
    public QuotaUsage(String project, Unit unit, long limit, long used, boolean learned) {
        this(project, unit, limit, used, learned, 0);
    }

    /** Returns a copy with another estimate of what others use. */
    public QuotaUsage withForeign(long amount) {
        return new QuotaUsage(project, unit, limit, used, learned, amount);
    }

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
