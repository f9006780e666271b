package io.github.geminipool.event;

/**
 * An instance is bound to another key: since its own one is out, or to even out which key has how many of them.
 *
 * @param model whose instance it is
 * @param instance its index
 * @param from the name of the key that it was bound to
 * @param to the name of the key that it is bound to now
 */
public record InstanceRotated(String model, int instance, String from, String to) {}
