package io.github.geminipool.internal.evidence;

import io.github.geminipool.failure.Failure;

/** Whether a failure shows what is at fault. */
public enum Ambiguity {
    /** It does. */
    NONE,
    /** It does not, and the same request may succeed soon: the next retry asks another project. */
    PASSING,
    /** It does not, and the same request would fail again: it is sent once to another project, paid from a budget of its own. */
    STANDING;

    /** Returns the ambiguity of a failure. */
    public static Ambiguity of(Failure failure) {
        return switch (failure.kind()) {
            case SERVER_ERROR, NETWORK, OVERLOADED -> PASSING;
            case INVALID_REQUEST, BILLING, EGRESS_BLOCKED ->
                switch (failure.cause()) {
                    case PERMISSION_DENIED, MODEL_NOT_FOUND, BILLING_REQUIRED -> STANDING;
                    default -> NONE;
                };
            default -> NONE;
        };
    }
}
