package io.github.geminipool.event;

/**
 * A key was added or removed, or its state changed for a reason other than an exclusion.
 *
 * @param key name of the key
 * @param change the change
 * @param reason the reason, as text for people
 */
public record KeyChanged(String key, Change change, String reason) {

    /** A change of a key other than an exclusion, for which there is {@link ScopeExcluded}. */
    public enum Change {
        /** The key was added to the pool. */
        ADDED,
        /** The key was removed from the pool; calls that run with it continue. */
        REMOVED,
        /** The key has a new secret; calls that run with the old one continue. */
        REPLACED,
        /** The key was enabled; all its failures are forgotten. */
        ENABLED,
        /** The key was disabled, until it is enabled. */
        DISABLED,
        /** The key fails too often; it is used only if no other key is usable. */
        DEGRADED,
        /** The key works again after an exclusion; it gets few calls at first, and more with each success. */
        ON_PROBATION,
        /** The key passed its probation, and is used like any other. */
        HEALTHY
    }
}
