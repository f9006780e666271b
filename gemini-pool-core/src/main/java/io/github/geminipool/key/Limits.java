package io.github.geminipool.key;

import org.jspecify.annotations.Nullable;

/**
 * The limits of a project for one model. The pool stays within them. Limits that are not set here are learned from Gemini's errors.
 * Immutable.
 *
 * @param requestsPerMinute maximum number of requests in any sixty seconds, at least 1; null if unknown
 * @param tokensPerMinute maximum number of prompt tokens in any sixty seconds, at least 1; null if unknown
 * @param requestsPerDay maximum number of requests from midnight to midnight Pacific time, at least 1; null if unknown
 * @param share the part of all limits, set and learned, that this pool may use if others use the same project; greater than 0, up
 *     to 1; null if not set
 */
public record Limits(
        @Nullable Integer requestsPerMinute,
        @Nullable Integer tokensPerMinute,
        @Nullable Integer requestsPerDay,
        @Nullable Double share) {

    /** No limits are set. */
    public static final Limits NONE = new Limits(null, null, null, null);

    /**
     * Validates the components.
     *
     * @throws IllegalArgumentException if a component is out of range
     */
    public Limits {
        if (requestsPerMinute != null && requestsPerMinute < 1) {
            throw new IllegalArgumentException("A limit must be at least 1 request a minute, not " + requestsPerMinute);
        }
        if (tokensPerMinute != null && tokensPerMinute < 1) {
            throw new IllegalArgumentException("A limit must be at least 1 token a minute, not " + tokensPerMinute);
        }
        if (requestsPerDay != null && requestsPerDay < 1) {
            throw new IllegalArgumentException("A limit must be at least 1 request a day, not " + requestsPerDay);
        }
        if (share != null && !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("A share of limits must be more than 0 and up to 1, not " + share);
        }
    }

    /** Returns a copy with another limit of requests per minute. */
    public Limits withRequestsPerMinute(int newRequestsPerMinute) {
        return new Limits(newRequestsPerMinute, tokensPerMinute, requestsPerDay, share);
    }

    /** Returns a copy with another limit of prompt tokens per minute. */
    public Limits withTokensPerMinute(int newTokensPerMinute) {
        return new Limits(requestsPerMinute, newTokensPerMinute, requestsPerDay, share);
    }

    /** Returns a copy with another limit of requests per day. */
    public Limits withRequestsPerDay(int newRequestsPerDay) {
        return new Limits(requestsPerMinute, tokensPerMinute, newRequestsPerDay, share);
    }

    /** Returns a copy with another share. */
    public Limits withShare(double newShare) {
        return new Limits(requestsPerMinute, tokensPerMinute, requestsPerDay, newShare);
    }

    /** Returns these limits, with values that are null taken from others. */
    public Limits or(Limits others) {
        return new Limits(
                requestsPerMinute != null ? requestsPerMinute : others.requestsPerMinute,
                tokensPerMinute != null ? tokensPerMinute : others.tokensPerMinute,
                requestsPerDay != null ? requestsPerDay : others.requestsPerDay,
                share != null ? share : others.share);
    }
}
