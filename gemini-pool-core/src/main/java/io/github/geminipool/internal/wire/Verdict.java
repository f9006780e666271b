package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
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

    /** Ends by itself, or after a time that grows with each strike. */
    Failure of(FailureKind kind, FailureCause cause, Scope scope, String reason) {
        return new Failure(kind, cause, scope, null, false, status, words(reason));
    }

    /** Ends when the server says so, or else by itself. */
    private Failure passing(FailureKind kind, FailureCause cause, Scope scope, String reason) {
        Duration delay = error.retryDelay();
        return new Failure(kind, cause, scope, delay == null ? null : asked.in(delay), false, status, words(reason));
    }

    Failure until(Instant until, FailureKind kind, FailureCause cause, Scope scope, String reason) {
        return new Failure(kind, cause, scope, until, false, status, words(reason));
    }

    /** Lasts until an operator acts. */
    Failure keyLost(FailureCause cause, String reason) {
        return new Failure(FailureKind.KEY_REJECTED, cause, asked.ofKey(), null, true, status, words(reason));
    }

    Failure keyInvalid() {
        return of(
                FailureKind.KEY_REJECTED,
                FailureCause.KEY_INVALID,
                asked.ofKey(),
                "Gemini does not accept the key; check or replace it");
    }

    Failure projectRejected(FailureCause cause, String reason) {
        return of(FailureKind.PROJECT_REJECTED, cause, asked.ofProject(), reason);
    }

    Failure egressBlocked(FailureCause cause, String reason) {
        return of(FailureKind.EGRESS_BLOCKED, cause, new Scope.Egress(), reason);
    }

    Failure request(FailureCause cause, String reason) {
        return of(FailureKind.INVALID_REQUEST, cause, new Scope.Request(), reason);
    }

    Failure overloaded() {
        return passing(
                FailureKind.OVERLOADED,
                FailureCause.MODEL_OVERLOADED,
                new Scope.Model(asked.model()),
                "The model is overloaded for every key; try again later");
    }

    Failure serverError(FailureCause cause, String reason) {
        return passing(FailureKind.SERVER_ERROR, cause, new Scope.None(), reason);
    }

    Failure notEntitled(FailureCause cause, String reason) {
        return until(
                asked.in(Duration.ofHours(24)), FailureKind.NOT_ENTITLED, cause, asked.ofProjectAndModel(), reason);
    }

    Failure billing(FailureCause cause, Scope scope, String reason) {
        return of(FailureKind.BILLING, cause, scope, reason);
    }

    Failure noCredit() {
        return billing(
                FailureCause.CREDIT_DEPLETED, asked.ofBilling(), "The billing account has no credit left; top it up");
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
