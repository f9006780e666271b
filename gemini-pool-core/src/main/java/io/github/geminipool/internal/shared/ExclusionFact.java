package io.github.geminipool.internal.shared;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import org.jspecify.annotations.Nullable;

/**
 * What a replica publishes about an exclusion, apart from its scope and its end.
 *
 * @param guessed whether the end is a guess, so that somebody has to find out whether the scope works again
 * @param lasting whether it lasts until an operator acts
 * @param confirmed whether two replicas were rejected
 * @param strikes the number of exclusions in a row, this one included
 * @param status the HTTP status
 * @param reason in words, without secrets
 */
record ExclusionFact(
        FailureKind kind,
        FailureCause cause,
        boolean guessed,
        boolean lasting,
        boolean confirmed,
        int strikes,
        int status,
        String reason) {

    private static final String SEPARATOR = "\t";
    private static final int PARTS = 8;

    /** Returns whether it concerns other replicas: an outage does not, nor does what may be due to this machine. */
    static boolean concernsOthers(Failure failure) {
        if (failure.cause() == FailureCause.BILLING_REQUIRED) {
            // Perhaps because of this machine's location.
            return false;
        }
        return switch (failure.kind()) {
            case KEY_REJECTED, PROJECT_REJECTED, BILLING, NOT_ENTITLED, DAILY_QUOTA_EXHAUSTED, RATE_LIMITED -> true;
            default -> false;
        };
    }

    /** Returns whether another replica should try as well before all believe it. A leaked key is rejected wherever it is used. */
    boolean needsOpinion() {
        return kind.isFaultOfKey() && cause != FailureCause.KEY_LEAKED && !confirmed;
    }

    /** Returns the failure that excludes a scope here too. */
    Failure failureOf(Scope scope, String by) {
        return new Failure(kind, cause, scope, null, lasting, status, "Replica " + by + " reports: " + reason);
    }

    String text() {
        return String.join(
                SEPARATOR,
                kind.name(),
                cause.name(),
                String.valueOf(guessed),
                String.valueOf(lasting),
                String.valueOf(confirmed),
                String.valueOf(strikes),
                String.valueOf(status),
                reason);
    }

    /** Reads a text; returns null if a replica of another version wrote it, and this one can't understand it. */
    static @Nullable ExclusionFact read(String text) {
        String[] parts = text.split(SEPARATOR, PARTS);
        if (parts.length < PARTS) {
            return null;
        }
        FailureKind kind = Enums.named(FailureKind.class, parts[0]);
        FailureCause cause = Enums.named(FailureCause.class, parts[1]);
        try {
            return kind == null
                    ? null
                    : new ExclusionFact(
                            kind,
                            cause == null ? FailureCause.UNSPECIFIED : cause,
                            Boolean.parseBoolean(parts[2]),
                            Boolean.parseBoolean(parts[3]),
                            Boolean.parseBoolean(parts[4]),
                            Integer.parseInt(parts[5]),
                            Integer.parseInt(parts[6]),
                            parts[7]);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
