package io.github.geminipool.failure;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on an attempt that did not succeed.
 *
 * @param kind what went wrong
 * @param cause why, as far as Gemini's response shows it
 * @param scope what it concerns
 * @param until when it has passed, where that is known
 * @param lasting whether it lasts until somebody does something about it
 * @param status the HTTP status, or 0 where none came
 * @param reason what happened, in words, with what to do where somebody can do something; never contains a secret
 */
public record Failure(
        FailureKind kind,
        FailureCause cause,
        Scope scope,
        @Nullable Instant until,
        boolean lasting,
        int status,
        String reason) {

    private static final int DEEPEST = 10;

    /** Checks that nothing but {@code until} is null. */
    public Failure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(reason, "reason");
    }

    /** Creates a failure of an {@linkplain FailureCause#UNSPECIFIED unspecified} cause. */
    public Failure(FailureKind kind, Scope scope, @Nullable Instant until, boolean lasting, int status, String reason) {
        this(kind, FailureCause.UNSPECIFIED, scope, until, lasting, status, reason);
    }

    /**
     * The verdict on the last attempt of a call that ended with an exception.
     *
     * <pre>{@code
     * try {
     *     pool.generateContent(request);
     * } catch (RuntimeException e) {
     *     Failure failure = Failure.of(e);
     *     if (failure != null && failure.kind() == FailureKind.BILLING) {
     *         alarm.raise(failure.scope(), failure.reason());
     *     }
     *     throw e;
     * }
     * }</pre>
     *
     * @param exception what a method of {@code GeminiPool}, its chats, batches or streams threw, or a future failed with.
     *     An {@code ApiException} that the plain client threw carries no verdict, since the SDK makes it by itself
     * @return null if there is none, such as where no attempt was made
     */
    public static @Nullable Failure of(Throwable exception) {
        Throwable looked = exception;
        for (int depth = 0; looked != null && depth < DEEPEST; depth++) {
            if (looked instanceof Carrier carrier && carrier.failure() != null) {
                return carrier.failure();
            }
            for (Throwable beside : looked.getSuppressed()) {
                if (beside instanceof Carrier carrier && carrier.failure() != null) {
                    return carrier.failure();
                }
            }
            looked = looked.getCause();
        }
        return null;
    }

    /** An exception that carries a failure, such as the one of a call's last attempt. */
    public interface Carrier {

        /** Returns the failure; null if there is none, since no attempt was made. */
        @Nullable
        Failure failure();
    }
}
