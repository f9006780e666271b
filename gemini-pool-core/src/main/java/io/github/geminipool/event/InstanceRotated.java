package io.github.geminipool.event;

/**
 * An instance was bound to another key, because its key is not usable, or to balance the instances over the keys.
 *
 * @param model the model of the instance's pool
 * @param instance index of the instance in its model pool, from 0
 * @param from name of the previous key
 * @param to name of the new key
 */
public record InstanceRotated(String model, int instance, String from, String to) {}
