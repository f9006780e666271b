package io.github.geminipool.settings;

/** How to choose among the usable keys. */
public enum Selection {
    /** By load, recent use, error rate, latency, remaining quota and weight; the default. */
    ADAPTIVE,
    /** By {@code (1 / usage) × (1 − error rate)}: evens out the total usage and avoids failing keys. */
    HEALTH_SCORE,
    /** The key with the fewest attempts in flight. */
    LEAST_LOADED,
    /** The least recently used key. */
    ROUND_ROBIN
}
