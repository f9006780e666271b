package io.github.geminipool.internal.choice;

/**
 * The verdict that a key is passed over from now on.
 *
 * @param failures how often it has failed in a row, at least 1
 * @param answeredBy the name of the key that answered meanwhile
 */
public record PassedOver(int failures, String answeredBy) {}
