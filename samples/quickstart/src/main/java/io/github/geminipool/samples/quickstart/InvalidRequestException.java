package io.github.geminipool.samples.quickstart;

/** What was sent makes no sense here; the message is for the user. */
final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidRequestException(String message) {
        super(message);
    }
}
