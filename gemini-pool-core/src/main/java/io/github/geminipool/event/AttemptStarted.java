package io.github.geminipool.event;

/**
 * An attempt has its lease, and its request is about to be sent.
 *
 * @param model the model of the attempt; for a call that fell back, the fallback
 * @param key name of the key
 * @param project name of the key's project
 * @param instance index of the instance in its model pool, from 0
 */
public record AttemptStarted(String model, String key, String project, int instance) {}
