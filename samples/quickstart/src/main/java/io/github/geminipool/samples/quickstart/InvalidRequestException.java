package io.github.geminipool.samples.quickstart;

/** The request is invalid; the message is shown to the user. */
final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidRequestException(String message) {
        super(message);
    }
}
