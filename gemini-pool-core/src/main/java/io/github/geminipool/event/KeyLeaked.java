package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;

/**
 * Google says that a key was found in public, and has shut it off for good: replace it, and find out where it leaked.
 *
 * @param key the key's name
 * @param failure what Google said
 */
public record KeyLeaked(String key, Failure failure) {}
