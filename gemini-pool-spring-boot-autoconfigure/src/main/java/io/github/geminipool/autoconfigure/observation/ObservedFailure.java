package io.github.geminipool.autoconfigure.observation;

/** Describes a failure in an observation. Never thrown. */
final class ObservedFailure extends Exception {

    private static final long serialVersionUID = 1L;

    ObservedFailure(String message) {
        super(message, null, false, false);
    }
}
