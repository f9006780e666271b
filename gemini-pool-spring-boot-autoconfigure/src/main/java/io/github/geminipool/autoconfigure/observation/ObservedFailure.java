package io.github.geminipool.autoconfigure.observation;

/** What an observation tells of a failure; nobody throws it. */
final class ObservedFailure extends Exception {

    private static final long serialVersionUID = 1L;

    ObservedFailure(String message) {
        super(message, null, false, false);
    }
}
