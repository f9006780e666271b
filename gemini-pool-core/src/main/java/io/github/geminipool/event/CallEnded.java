package io.github.geminipool.event;

import java.time.Duration;

/**
 * A call has its answer or its error; the body of an answer may still be on its way.
 *
 * @param model the model asked for
 * @param outcome how it ended
 * @param attempts how many attempts it took
 * @param waited how long it waited for instances
 * @param elapsed from its start until now
 */
public record CallEnded(String model, Outcome outcome, int attempts, Duration waited, Duration elapsed) {

    /** How a call ended. */
    public enum Outcome {
        /** With an answer. */
        SUCCESS,
        /** With an error of Gemini's or the network's. */
        FAILURE,
        /** No key could serve it in time. */
        EXHAUSTED,
        /** The caller gave up. */
        CANCELLED
    }
}
