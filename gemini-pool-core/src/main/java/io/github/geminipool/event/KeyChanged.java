package io.github.geminipool.event;

/**
 * A key was added, taken out, or is looked at in another way.
 *
 * @param key its name
 * @param change what happened
 * @param reason why, in words
 */
public record KeyChanged(String key, Change change, String reason) {

    /** What can happen to a key beside being excluded for failures. */
    public enum Change {
        /** It is one of the pool's from now on. */
        ADDED,
        /** It is no key of the pool any more; calls that run with it go on. */
        REMOVED,
        /** Another secret goes by its name; calls that run with the old one go on. */
        REPLACED,
        /** It may be used again, whatever was known of it. */
        ENABLED,
        /** It is not used until it is enabled. */
        DISABLED,
        /** It fails too often: it is used only where no other key can be. */
        DEGRADED,
        /** It was out and works again: few calls at first, more with each that succeeds. */
        ON_PROBATION,
        /** It was on probation and has proved itself: it is used as much as any other. */
        HEALTHY
    }
}
