package io.github.geminipool.simulator;

/**
 * The remaining quota of a project for a model. {@link Long#MAX_VALUE} means unlimited.
 *
 * @param requestsPerMinute requests currently allowed by per-minute limits
 * @param inputTokensPerMinute input tokens currently allowed
 * @param requestsPerDay requests remaining until midnight in Los Angeles
 */
public record QuotaLeft(long requestsPerMinute, long inputTokensPerMinute, long requestsPerDay) {}
