package io.github.geminipool.samples.batch;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.PoolExhaustedException;

/** Whose fault it is that a prompt got no answer, as far as it decides what becomes of the batch. */
enum Blame {
    /** The prompt's: asking again would not help. */
    PROMPT,
    /** Nobody's that is known, such as an error of the server; it may be the prompt's, or an outage. */
    UNKNOWN,
    /** That of the keys, or of this machine: no other prompt would be answered either. */
    KEYS;

    static Blame of(RuntimeException exception) {
        if (exception instanceof PoolExhaustedException) {
            return KEYS;
        }
        Failure failure = Failure.of(exception);
        if (failure == null || failure.kind().isTransient()) {
            return UNKNOWN;
        }
        return switch (failure.kind()) {
            case INVALID_REQUEST, WRONG_PROJECT -> PROMPT;
            default -> KEYS;
        };
    }
}
