package io.github.geminipool.internal.retry;

import java.time.Duration;

/** What to do after a failed attempt. */
public sealed interface Decision {

    /** Hand the failure to the caller: nothing else would change it. */
    record Return() implements Decision {}

    /** Go on with another key at once. */
    record FailOver() implements Decision {}

    /** Do the same thing again after a while. */
    record Repeat(Duration delay) implements Decision {}

    /** Hand the failure to the caller, although a repeat might have helped. */
    record GiveUp(String reason) implements Decision {}
}
