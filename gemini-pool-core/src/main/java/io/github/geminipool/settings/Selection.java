package io.github.geminipool.settings;

/** How a key is chosen among the usable ones. */
public enum Selection {
    /** Weighs load, recent use, error rate and latency; the default. */
    ADAPTIVE,
    /** {@code (1 / usage) × (1 − error rate)}: evens out the total usage and avoids keys that fail. */
    HEALTH_SCORE,
    /** The key with the fewest attempts in flight. */
    LEAST_LOADED,
    /** The key that was used the longest time ago. */
    ROUND_ROBIN
}
