package io.github.geminipool.shared;

/**
 * A limit and its use by all replicas, as the books have them. Immutable.
 *
 * @param limit the limit that holds, the share applied, in its unit; 0 if none is known
 * @param used how much of it is used, reserved slots included; may be more than the limit
 * @param isLearned whether it was learned from Gemini rather than configured
 */
public record BookedQuota(int limit, long used, boolean isLearned) {

    /** No limit is known. */
    public static final BookedQuota UNKNOWN = new BookedQuota(0, 0, false);

    /** Returns the part of the limit that is left, from 0 to 1; 1 if no limit is known. */
    public double left() {
        return limit == 0 ? 1 : Math.max(0, 1 - (double) used / limit);
    }
}
