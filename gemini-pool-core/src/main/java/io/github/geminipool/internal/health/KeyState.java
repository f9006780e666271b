package io.github.geminipool.internal.health;

/**
 * The state of a key, for all models. The first three states are the key's standing, which changes by compare-and-set; the
 * others come from the table of exclusions and take precedence.
 */
public sealed interface KeyState {

    /** Number of consecutive successful calls after which a key on probation is trusted again. */
    int CALLS_OF_PROBATION = 10;

    /** Used without restriction. */
    record Healthy() implements KeyState {}

    /**
     * Used only if no other key can be.
     *
     * @param reason a description of the cause
     */
    record Degraded(String reason) implements KeyState {}

    /**
     * Works again after an exclusion: gets few calls at first, one more with each that succeeds.
     *
     * @param succeeded number of successful calls since
     */
    record Probation(int succeeded) implements KeyState {

        /** Returns the maximum number of concurrent calls to one model while other keys are available. */
        int allowed() {
            return succeeded + 1;
        }
    }

    /** Not used, because attempts failed through the fault of the key, its project or its billing account. */
    record Quarantined(Exclusion exclusion) implements KeyState {}

    /** Not known to work: the pause is over, and no attempt has succeeded since. */
    record HalfOpen(Exclusion exclusion) implements KeyState {}

    /** Not used, because an operator or the configuration disabled it. */
    record Disabled(Exclusion exclusion) implements KeyState {}
}
