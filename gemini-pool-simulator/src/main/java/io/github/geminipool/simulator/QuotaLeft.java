package io.github.geminipool.simulator;

/**
 * The room that a project has for a model now. {@link Long#MAX_VALUE} where nothing limits it.
 *
 * @param requestsPerMinute requests that would be admitted now by the limits of a minute
 * @param inputTokensPerMinute tokens of prompts that would be admitted now
 * @param requestsPerDay requests left until midnight in Los Angeles
 */
public record QuotaLeft(long requestsPerMinute, long inputTokensPerMinute, long requestsPerDay) {}
