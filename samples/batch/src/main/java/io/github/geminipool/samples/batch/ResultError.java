package io.github.geminipool.samples.batch;

import io.github.geminipool.failure.Failure;

/**
 * Why a prompt failed.
 *
 * @param kind machine-readable kind
 * @param message human-readable message without secrets
 */
record ResultError(String kind, String message) {

    static ResultError of(RuntimeException exception) {
        Failure failure = Failure.of(exception);
        return failure == null
                ? new ResultError("UNKNOWN", exception.getClass().getSimpleName())
                : new ResultError(failure.kind().name(), failure.reason());
    }
}
