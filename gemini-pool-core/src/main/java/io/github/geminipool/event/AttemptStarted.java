package io.github.geminipool.event;

/**
 * An attempt got its instance and key, and is about to be sent.
 *
 * @param model the model that it asks: of a call that fell back, the fallback
 * @param key the key's name
 * @param project the project's name
 * @param instance the index of the instance in its model pool
 */
public record AttemptStarted(String model, String key, String project, int instance) {}
