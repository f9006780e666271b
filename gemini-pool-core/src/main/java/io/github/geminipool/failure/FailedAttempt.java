package io.github.geminipool.failure;

/**
 * Carries the verdict on a call's last attempt beside an exception of the SDK or the network, which knows nothing of keys
 * and projects. It is never thrown: it stands among the suppressed exceptions of the one that is, shows up in its stack
 * trace, and is found by {@link Failure#of(Throwable)}.
 */
public final class FailedAttempt extends Exception implements Failure.Carrier {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    private FailedAttempt(Failure failure) {
        super(failure.kind() + " of " + failure.scope() + ": " + failure.reason(), null, false, false);
        this.failure = failure;
    }

    /**
     * Puts a verdict beside an exception that has none yet.
     *
     * @return the exception
     */
    public static <E extends Throwable> E beside(E exception, Failure failure) {
        if (Failure.of(exception) == null) {
            exception.addSuppressed(new FailedAttempt(failure));
        }
        return exception;
    }

    /** The verdict. */
    @Override
    public Failure failure() {
        return failure;
    }
}
