package io.github.geminipool.failure;

/**
 * Carries the failure of a call's last attempt along with an exception of the SDK or the network, which knows nothing about
 * keys and projects. It is never thrown: it is a suppressed exception of the thrown one, appears in its stack trace, and is
 * found by {@link Failure#of(Throwable)}.
 */
public final class FailedAttempt extends Exception implements Failure.Carrier {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    private FailedAttempt(Failure failure) {
        super(failure.kind() + " of " + failure.scope() + ": " + failure.reason(), null, false, false);
        this.failure = failure;
    }

    /**
     * Adds a failure to an exception that has none yet.
     *
     * @return the same exception
     */
    public static <E extends Throwable> E beside(E exception, Failure failure) {
        if (Failure.of(exception) == null) {
            exception.addSuppressed(new FailedAttempt(failure));
        }
        return exception;
    }

    /** Returns the failure. */
    @Override
    public Failure failure() {
        return failure;
    }
}
