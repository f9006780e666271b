package io.github.geminipool.failure;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt did not succeed.
 *
 * @param kind what went wrong
 * @param cause why, as far as Gemini's response shows it
 * @param scope what it affects
 * @param until when it ends; null if that is unknown
 * @param lasting whether it lasts until an operator acts
 * @param status the HTTP status; 0 if there was no response
 * @param reason what happened, and what to do about it if anything can be done; never contains a secret
 */
public record Failure(
        FailureKind kind,
        FailureCause cause,
        Scope scope,
        @Nullable Instant until,
        boolean lasting,
        int status,
        String reason) {

    private static final int MAX_DEPTH = 10;

    /** Checks that only {@code until} is null. */
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

    /** Returns whether another model may serve the call: this one has no quota or capacity, or does not exist. */
    public boolean isCuredByAnotherModel() {
        return kind.isCuredByAnotherModel() || cause == FailureCause.MODEL_NOT_FOUND;
    }

    /**
     * Returns the failure of the last attempt of a call that ended with an exception.
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
     * @param exception an exception thrown by {@code GeminiPool}, its chats, batches or streams, or by one of its futures. An
     *     {@code ApiException} thrown by the plain client carries no failure, since the SDK creates it
     * @return null if there is none, for instance because no attempt was made
     */
    public static @Nullable Failure of(Throwable exception) {
        Throwable current = exception;
        for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
            if (current instanceof Carrier carrier && carrier.failure() != null) {
                return carrier.failure();
            }
            for (Throwable suppressed : current.getSuppressed()) {
                if (suppressed instanceof Carrier carrier && carrier.failure() != null) {
                    return carrier.failure();
                }
            }
            current = current.getCause();
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
