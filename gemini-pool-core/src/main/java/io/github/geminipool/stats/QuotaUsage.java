package io.github.geminipool.stats;

/**
 * What a project has used of one of its limits for a model, by the pool's books: what others sent is not in them.
 *
 * @param project the project's name
 * @param unit what is limited
 * @param limit how much this pool may send, its share if it has only a part
 * @param used how much it has sent in the last sixty seconds, or since midnight Pacific time; at most {@code limit}
 * @param learned whether Gemini's refusals say so rather than the configuration
 */
public record QuotaUsage(String project, Unit unit, long limit, long used, boolean learned) {

    /** What is limited. */
    public enum Unit {
        /** Requests in any sixty seconds. */
        REQUESTS_PER_MINUTE,
        /** Tokens of prompts in any sixty seconds. */
        TOKENS_PER_MINUTE,
        /** Requests from midnight to midnight Pacific time. */
        REQUESTS_PER_DAY
    }

    /** How much is left. */
    public long remaining() {
        return limit - used;
    }
}
