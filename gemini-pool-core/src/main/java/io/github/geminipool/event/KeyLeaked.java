package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;

/**
 * Google found a key in public and has blocked it for good. Replace the key, and find out where it leaked.
 *
 * @param key name of the key
 * @param failure the failure with Google's message
 */
public record KeyLeaked(String key, Failure failure) {}
