package io.github.geminipool.internal.retry;

import java.time.Duration;

/** The decision after a failed attempt. */
public sealed interface Decision {

    /** Return the failure to the caller: no retry would help. */
    record Return() implements Decision {}

    /** Fail over to another key at once. */
    record FailOver() implements Decision {}

    /**
     * Retry after a delay.
     *
     * @param delay the time to wait; may be 0
     */
    record Retry(Duration delay) implements Decision {}

    /**
     * Return the failure to the caller, although a retry might have helped.
     *
     * @param reason why there is no retry
     */
    record GiveUp(String reason) implements Decision {}
}
