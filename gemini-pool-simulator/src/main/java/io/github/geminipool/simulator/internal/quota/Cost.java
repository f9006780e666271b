package io.github.geminipool.simulator.internal.quota;

/**
 * What a request takes of quotas.
 *
 * @param requests number of requests; each text of a batch of embeddings is one
 * @param inputTokens number of input tokens
 */
public record Cost(long requests, long inputTokens) {}
