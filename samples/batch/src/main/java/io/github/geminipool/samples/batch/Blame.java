package io.github.geminipool.samples.batch;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.PoolExhaustedException;

/** The cause of a prompt's failure, which decides whether the batch continues. */
enum Blame {
    /** The prompt itself: a retry would not help. */
    PROMPT,
    /** Not known, such as a server error: the prompt or an outage. */
    UNKNOWN,
    /** The keys or this machine: other prompts would fail too. */
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
