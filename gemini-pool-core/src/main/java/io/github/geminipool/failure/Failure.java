package io.github.geminipool.failure;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on an attempt that did not succeed.
 *
 * @param kind what went wrong
 * @param scope what it concerns
 * @param until when it has passed, where that is known
 * @param lasting whether it lasts until somebody does something about it
 * @param status the HTTP status, or 0 where none came
 * @param reason what happened, in words, with what to do where somebody can do something; never contains a secret
 */
public record Failure(
        FailureKind kind, Scope scope, @Nullable Instant until, boolean lasting, int status, String reason) {

    /** Checks that nothing but {@code until} is null. */
    public Failure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(reason, "reason");
    }
}
