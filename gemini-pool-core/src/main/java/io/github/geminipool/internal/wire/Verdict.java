package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.wire.ErrorClassifier.Asked;
import java.time.Duration;
import java.time.Instant;

/**
 * Puts a verdict on an error into words and scopes.
 *
 * @param status of HTTP
 */
record Verdict(int status, GoogleError error, Asked asked) {

    private static final int LONGEST_REASON = 200;
    private static final int LONGEST_QUOTE = 120;

    /** What passes by itself, or after a time that grows with each strike. */
    Failure of(FailureKind kind, Scope scope, String reason) {
        return new Failure(kind, scope, null, false, status, words(reason));
    }

    /** What passes by itself, when the server says it does. */
    private Failure passing(FailureKind kind, Scope scope, String reason) {
        Duration delay = error.retryDelay();
        return new Failure(kind, scope, delay == null ? null : asked.in(delay), false, status, words(reason));
    }

    Failure until(Instant until, FailureKind kind, Scope scope, String reason) {
        return new Failure(kind, scope, until, false, status, words(reason));
    }

    Failure lasting(FailureKind kind, Scope scope, String reason) {
        return new Failure(kind, scope, null, true, status, words(reason));
    }

    Failure keyRejected(String reason) {
        return of(FailureKind.KEY_REJECTED, asked.ofKey(), reason);
    }

    Failure projectRejected(String reason) {
        return of(FailureKind.PROJECT_REJECTED, asked.ofProject(), reason);
    }

    Failure egressBlocked(String reason) {
        return of(FailureKind.EGRESS_BLOCKED, new Scope.Egress(), reason);
    }

    Failure request(String reason) {
        return of(FailureKind.INVALID_REQUEST, new Scope.Request(), reason);
    }

    Failure overloaded() {
        return passing(
                FailureKind.OVERLOADED,
                new Scope.Model(asked.model()),
                "The model is overloaded, whatever the key; try again later");
    }

    Failure serverError(String reason) {
        return passing(FailureKind.SERVER_ERROR, new Scope.None(), reason);
    }

    Failure notEntitled(String reason) {
        return until(asked.in(Duration.ofHours(24)), FailureKind.NOT_ENTITLED, asked.ofProjectAndModel(), reason);
    }

    Failure noCredit() {
        return of(FailureKind.BILLING, asked.ofBilling(), "The billing account has no credit left; top it up");
    }

    /** Our words, then Google's first sentence as far as there is room for it. */
    private String words(String reason) {
        String begun = reason + " (" + status;
        String said = firstSentence();
        int room = Math.min(LONGEST_QUOTE, LONGEST_REASON - begun.length() - ": …)".length());
        return CleanText.of(begun + (said.isEmpty() ? "" : ": " + CleanText.of(said, room)) + ")");
    }

    private String firstSentence() {
        String text = error.message().strip();
        if (text.startsWith("<") || (!error.isJson() && (text.startsWith("{") || text.startsWith("[")))) {
            // A page, or what was left of a body, says nothing to people.
            return "";
        }
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }
}
