package io.github.geminipool.shared;

/** The answer to an order will not come, but the order may have been sent: nobody knows whether its changes are in the books. */
public final class AnswerLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates one without a stack trace, since every order under way may fail with one when a connection is lost. */
    public AnswerLostException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
