package io.github.geminipool.event;

import java.time.Duration;

/**
 * A call has its response or its error. The body of a response may still be on its way.
 *
 * @param model the requested model, even if a fallback served the call
 * @param outcome how the call ended
 * @param attempts number of attempts, 0 or more
 * @param waited time that the call waited for leases, over all attempts
 * @param elapsed time from the start of the call
 */
public record CallEnded(String model, Outcome outcome, int attempts, Duration waited, Duration elapsed) {

    /** How a call ended. */
    public enum Outcome {
        /** With a response. */
        SUCCESS,
        /** With an error from Gemini or the network. */
        FAILURE,
        /** No eligible key became available before the timeout. */
        EXHAUSTED,
        /** The caller cancelled the call. */
        CANCELLED
    }
}
