package io.github.geminipool.internal.retry;

import java.time.Duration;

/** What to do after a failed attempt. */
public sealed interface Decision {

    /** Hand the failure to the caller: nothing else would change it. */
    record Return() implements Decision {}

    /** Go on with another key at once. */
    record FailOver() implements Decision {}

    /**
     * Do the same thing again after a while.
     *
     * @param delay how long to wait, 0 for not at all
     * @param elsewhere whether with a key of another project
     */
    record Retry(Duration delay, boolean elsewhere) implements Decision {}

    /** Hand the failure to the caller, although a repeat might have helped. */
    record GiveUp(String reason) implements Decision {}
}
