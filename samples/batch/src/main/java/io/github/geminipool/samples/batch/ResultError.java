package io.github.geminipool.samples.batch;

import io.github.geminipool.failure.Failure;

/**
 * Why a prompt has no answer.
 *
 * @param kind a name for scripts
 * @param message for people; never contains a secret
 */
record ResultError(String kind, String message) {

    static ResultError of(RuntimeException exception) {
        Failure failure = Failure.of(exception);
        return failure == null
                ? new ResultError("UNKNOWN", exception.getClass().getSimpleName())
                : new ResultError(failure.kind().name(), failure.reason());
    }
}
