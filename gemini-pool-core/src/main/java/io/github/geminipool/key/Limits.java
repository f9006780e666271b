package io.github.geminipool.key;

import org.jspecify.annotations.Nullable;

/**
 * What a project may send to one model. The pool keeps within it without being told so by Gemini; what is not said here
 * is learned from Gemini's refusals.
 *
 * @param requestsPerMinute the most in any sixty seconds; null: not known
 * @param tokensPerMinute the most tokens of prompts in any sixty seconds; null: not known
 * @param requestsPerDay the most from midnight to midnight Pacific time; null: not known
 * @param share the part of all limits, known and learned, that this pool may use where others use the same project,
 *     more than 0 up to 1; null: not said
 */
public record Limits(
        @Nullable Integer requestsPerMinute,
        @Nullable Integer tokensPerMinute,
        @Nullable Integer requestsPerDay,
        @Nullable Double share) {

    /** Nothing is said. */
    public static final Limits NONE = new Limits(null, null, null, null);

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if one is out of its range
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

    /** The same limits with another one of a minute. */
    public Limits withRequestsPerMinute(int newRequestsPerMinute) {
        return new Limits(newRequestsPerMinute, tokensPerMinute, requestsPerDay, share);
    }

    /** The same limits with another one of tokens a minute. */
    public Limits withTokensPerMinute(int newTokensPerMinute) {
        return new Limits(requestsPerMinute, newTokensPerMinute, requestsPerDay, share);
    }

    /** The same limits with another one of a day. */
    public Limits withRequestsPerDay(int newRequestsPerDay) {
        return new Limits(requestsPerMinute, tokensPerMinute, newRequestsPerDay, share);
    }

    /** The same limits with another share. */
    public Limits withShare(double newShare) {
        return new Limits(requestsPerMinute, tokensPerMinute, requestsPerDay, newShare);
    }

    /** These limits, and what they leave open as others say. */
    public Limits or(Limits others) {
        return new Limits(
                requestsPerMinute != null ? requestsPerMinute : others.requestsPerMinute,
                tokensPerMinute != null ? tokensPerMinute : others.tokensPerMinute,
                requestsPerDay != null ? requestsPerDay : others.requestsPerDay,
                share != null ? share : others.share);
    }
}
