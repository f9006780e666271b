package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.time.Duration;
import java.time.Instant;

/**
 * Builds the failure for one error: adds the scope, the status and the first sentence of Google's message.
 *
 * @param status the HTTP status of the response
 */
record FailureBuilder(int status, GoogleError error, AttemptContext attempt) {

    private static final int MAX_REASON_LENGTH = 200;
    private static final int MAX_QUOTATION_LENGTH = 120;
    private static final int MAX_VERSION_LENGTH = 20;

    /** Builds a failure that ends by itself, or after a time that grows with each strike. */
    Failure of(FailureKind kind, FailureCause cause, Scope scope, String reason) {
        return new Failure(kind, cause, scope, null, false, status, withQuotation(reason));
    }

    /** Builds a failure that ends at an instant. */
    Failure until(Instant until, FailureKind kind, FailureCause cause, Scope scope, String reason) {
        return new Failure(kind, cause, scope, until, false, status, withQuotation(reason));
    }

    /** Builds a failure that ends when the server says so, or else by itself. */
    private Failure passing(FailureKind kind, FailureCause cause, Scope scope, String reason) {
        Duration delay = error.retryDelay();
        return delay == null ? of(kind, cause, scope, reason) : until(attempt.after(delay), kind, cause, scope, reason);
    }

    /** Builds a failure of the key that lasts until an operator acts. */
    Failure keyLost(FailureCause cause, String reason) {
        return new Failure(
                FailureKind.KEY_REJECTED, cause, attempt.keyScope(), null, true, status, withQuotation(reason));
    }

    Failure keyInvalid() {
        return attempt.ofStandardKey()
                ? of(
                        FailureKind.KEY_REJECTED,
                        FailureCause.KEY_OUTDATED,
                        attempt.keyScope(),
                        "Google no longer accepts standard keys like this one (AIza…); create an auth key in AI Studio")
                : of(
                        FailureKind.KEY_REJECTED,
                        FailureCause.KEY_INVALID,
                        attempt.keyScope(),
                        "Gemini does not accept the key; check or replace it");
    }

    Failure projectRejected(FailureCause cause, String reason) {
        return of(FailureKind.PROJECT_REJECTED, cause, attempt.projectScope(), reason);
    }

    Failure egressBlocked(FailureCause cause, String reason) {
        return of(FailureKind.EGRESS_BLOCKED, cause, new Scope.Egress(), reason);
    }

    Failure request(FailureCause cause, String reason) {
        return of(FailureKind.INVALID_REQUEST, cause, new Scope.Request(), reason);
    }

    /** Builds the failure of a request for something that another version of the API may have. */
    Failure unknown(FailureKind kind, FailureCause cause, String reason) {
        String version =
                attempt.apiVersion() != null ? attempt.lesserVersion() : AttemptContext.lesser(error.apiVersion());
        return of(
                kind,
                cause,
                new Scope.Request(),
                version == null
                        ? reason
                        : reason + " at API version " + CleanText.of(version, MAX_VERSION_LENGTH)
                                + "; it may exist only at v1beta; see gemini.pool.api-version");
    }

    Failure overloaded() {
        return passing(
                FailureKind.OVERLOADED,
                FailureCause.MODEL_OVERLOADED,
                attempt.modelScope(),
                "The model is overloaded for every key; try again later");
    }

    /** Builds a failure that says nothing about the model's quotas: Gemini refuses batches and tools in this way. */
    Failure quotaUnnamed() {
        return notOfModel("A quota that Gemini does not name is used up, perhaps one of a tool or of batches");
    }

    /** Builds a failure of a request that takes none of the model's quotas, whatever quota the error names. */
    Failure quotaOfOthers() {
        return notOfModel("A quota other than the model's is used up, such as that of batches or caches");
    }

    private Failure notOfModel(String reason) {
        return of(FailureKind.OVERLOADED, FailureCause.QUOTA_UNNAMED, new Scope.None(), reason);
    }

    Failure serverError(FailureCause cause, String reason) {
        return passing(FailureKind.SERVER_ERROR, cause, new Scope.None(), reason);
    }

    /** Builds the failure for a model that is closed to the project; a request for its description shows nothing of other requests. */
    Failure modelClosed() {
        Instant until = attempt.namesModel() ? attempt.after(Duration.ofHours(24)) : attempt.now();
        return until(
                until,
                FailureKind.NOT_ENTITLED,
                FailureCause.MODEL_CLOSED,
                attempt.projectModelScope(),
                "The model is closed to this project; use a newer model or an older project");
    }

    Failure notEntitled(FailureCause cause, String reason) {
        Instant tomorrow = attempt.after(Duration.ofHours(24));
        return until(tomorrow, FailureKind.NOT_ENTITLED, cause, attempt.projectModelScope(), reason);
    }

    Failure billing(FailureCause cause, Scope scope, String reason) {
        return of(FailureKind.BILLING, cause, scope, reason);
    }

    Failure creditDepleted() {
        return billing(
                FailureCause.CREDIT_DEPLETED,
                attempt.billingScope(),
                "The billing account has no credit left; top it up");
    }

    private String withQuotation(String reason) {
        String start = reason + " (" + status;
        String quotation = firstSentence();
        int room = Math.min(MAX_QUOTATION_LENGTH, MAX_REASON_LENGTH - start.length() - ": …)".length());
        return CleanText.of(start + (quotation.isEmpty() ? "" : ": " + CleanText.of(quotation, room)) + ")");
    }

    /** Returns nothing of an HTML page or of JSON that could not be read: they tell a reader nothing. */
    private String firstSentence() {
        String text = error.message().strip();
        if (text.startsWith("<") || (!error.isJson() && (text.startsWith("{") || text.startsWith("[")))) {
            return "";
        }
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }
}
