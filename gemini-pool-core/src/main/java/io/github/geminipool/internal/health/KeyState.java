package io.github.geminipool.internal.health;

/**
 * What a key is good for, whatever the model. The first three are changed by compare-and-set on the object that was read;
 * the others are what the table of exclusions says, and go before them.
 */
public sealed interface KeyState {

    /** So many calls in a row have to succeed before a key is trusted again. */
    int CALLS_OF_PROBATION = 10;

    /** It may be used as much as any other. */
    record Healthy() implements KeyState {}

    /**
     * It is used only where no other key can be.
     *
     * @param reason why, in words
     */
    record Degraded(String reason) implements KeyState {}

    /**
     * It was out and works again: few calls at first, more with each that succeeds.
     *
     * @param succeeded how many have
     */
    record Probation(int succeeded) implements KeyState {

        /** How many calls to one model it may have at once beside other keys. */
        int allowed() {
            return succeeded + 1;
        }
    }

    /** It is not used since attempts failed by its own, its project's or its billing account's fault. */
    record Quarantined(Exclusion exclusion) implements KeyState {}

    /** It is not used since somebody wants it so. */
    record Disabled(Exclusion exclusion) implements KeyState {}
}
