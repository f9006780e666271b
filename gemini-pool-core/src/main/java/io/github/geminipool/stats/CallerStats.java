package io.github.geminipool.stats;

import java.util.List;

/**
 * What one caller has used of a pool since its name was first seen, or the statistics were reset last.
 *
 * @param caller the caller's name; {@code (other)} for those whose names share a place because there are too many
 * @param listed whether the caller has limits of its own
 * @param calls number of calls that got a lease
 * @param refused number of calls that the caller's limits kept from getting one
 * @param tokens the tokens of the prompts, as far as they are counted: where a limit of tokens is known
 * @param active number of calls that hold a lease now
 * @param limits the caller's limits and what is used of them; empty if it has none
 */
public record CallerStats(
        String caller, boolean listed, long calls, long refused, long tokens, int active, List<Usage> limits) {

    /** The name that stands for all callers that are not counted apart. */
    public static final String OTHERS = "(other)";

    /** No use, by callers that are not counted apart. */
    public static final CallerStats NONE_OF_OTHERS = new CallerStats(OTHERS, false, 0, 0, 0, 0, List.of());

    /** Copies {@code limits}. */
    public CallerStats {
        limits = List.copyOf(limits);
    }

    /**
     * The use of a limit.
     *
     * @param unit the unit of the limit
     * @param limit the limit
     * @param used use in the last sixty seconds, or since midnight Pacific time; by all replicas that share a store, as far as this one
     *     was told
     */
    public record Usage(QuotaUsage.Unit unit, long limit, long used) {}

    /** Returns the sum of this caller's use and another's, under this one's name. */
    public CallerStats and(CallerStats other) {
        return new CallerStats(
                caller,
                listed,
                calls + other.calls,
                refused + other.refused,
                tokens + other.tokens,
                active + other.active,
                limits);
    }
}
