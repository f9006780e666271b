package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static io.github.geminipool.internal.wire.ErrorBodies.NOW;
import static io.github.geminipool.internal.wire.ErrorBodies.file;
import static io.github.geminipool.internal.wire.ErrorBodies.files;
import static io.github.geminipool.internal.wire.ErrorBodies.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Use;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorClassifierTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-10-16T07:00:00Z");
    private static final Scope KEY = new Scope.Key("Key #1");
    private static final Scope PROJECT = new Scope.Project("project");
    private static final Scope PROJECT_MODEL = new Scope.ProjectModel("project", "model");
    private static final Scope ACCOUNT = new Scope.BillingAccount("account");
    private static final Scope MODEL = new Scope.Model("model");
    private static final Scope EGRESS = new Scope.Egress();
    private static final Scope REQUEST = new Scope.Request();
    private static final Scope NONE = new Scope.None();

    private static final Set<String> FILES_WITHOUT_ERROR = Set.of(
            "INDEX.md",
            "200-finish-blocklist.json",
            "200-prompt-blocked.json",
            "200-stop-without-parts.json",
            "interactions-sse-error-event.txt",
            "live-close-frames.json",
            "sse-midstream-error.bare-json.txt",
            "sse-normal.txt");

    private static Arguments expect(
            String file, FailureKind kind, FailureCause cause, Scope scope, @Nullable Instant until) {
        return Arguments.of(file, kind, cause, scope, until, false);
    }

    private static Arguments lasting(String file, FailureKind kind, FailureCause cause, Scope scope) {
        return Arguments.of(file, kind, cause, scope, null, true);
    }

    static List<Arguments> verdicts() {
        return List.of(
                expect(
                        "302-or-html-automated-queries.txt",
                        FailureKind.EGRESS_BLOCKED,
                        FailureCause.AUTOMATED_TRAFFIC,
                        EGRESS,
                        null),
                expect("400-api-key-expired.json", FailureKind.KEY_REJECTED, FailureCause.KEY_INVALID, KEY, null),
                expect("400-api-key-invalid.json", FailureKind.KEY_REJECTED, FailureCause.KEY_INVALID, KEY, null),
                expect(
                        "400-input-too-long.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null),
                expect(
                        "400-multiple-credentials.array-wrapped.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.MULTIPLE_CREDENTIALS,
                        REQUEST,
                        null),
                expect(
                        "400-thought-signature-corrupted.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null),
                expect(
                        "400-thought-signature-missing.array-wrapped.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null),
                expect(
                        "400-unknown-field.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.FIELD_UNKNOWN,
                        REQUEST,
                        null),
                expect(
                        "400-user-location.json",
                        FailureKind.EGRESS_BLOCKED,
                        FailureCause.LOCATION_UNSUPPORTED,
                        EGRESS,
                        null),
                expect(
                        "401-access-token-type-unsupported.json",
                        FailureKind.KEY_REJECTED,
                        FailureCause.KEY_INVALID,
                        KEY,
                        null),
                expect("402-prepay-depleted.json", FailureKind.BILLING, FailureCause.CREDIT_DEPLETED, ACCOUNT, null),
                lasting("403-api-key-service-blocked.json", FailureKind.KEY_REJECTED, FailureCause.KEY_RESTRICTED, KEY),
                expect(
                        "403-cached-content-missing.json",
                        FailureKind.WRONG_PROJECT,
                        FailureCause.RESOURCE_NOT_FOUND,
                        REQUEST,
                        null),
                expect(
                        "403-consumer-suspended.json",
                        FailureKind.PROJECT_REJECTED,
                        FailureCause.PROJECT_SUSPENDED,
                        PROJECT,
                        null),
                expect(
                        "403-file-of-another-project.json",
                        FailureKind.WRONG_PROJECT,
                        FailureCause.RESOURCE_NOT_FOUND,
                        REQUEST,
                        null),
                lasting("403-key-reported-leaked.json", FailureKind.KEY_REJECTED, FailureCause.KEY_LEAKED, KEY),
                expect(
                        "403-project-denied.json",
                        FailureKind.PROJECT_REJECTED,
                        FailureCause.PROJECT_SUSPENDED,
                        PROJECT,
                        null),
                expect(
                        "404-model-closed-to-new-projects.json",
                        FailureKind.NOT_ENTITLED,
                        FailureCause.MODEL_CLOSED,
                        PROJECT_MODEL,
                        NOW.plus(Duration.ofHours(24))),
                expect(
                        "404-model-not-found-v1.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.MODEL_NOT_FOUND,
                        REQUEST,
                        null),
                expect(
                        "404-model-not-found.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.MODEL_NOT_FOUND,
                        REQUEST,
                        null),
                expect(
                        "429-free-embed-perday-peruser.json",
                        FailureKind.DAILY_QUOTA_EXHAUSTED,
                        FailureCause.DAILY_QUOTA,
                        PROJECT_MODEL,
                        MIDNIGHT),
                expect(
                        "429-free-rpd-with-36s-retrydelay.json",
                        FailureKind.DAILY_QUOTA_EXHAUSTED,
                        FailureCause.DAILY_QUOTA,
                        PROJECT_MODEL,
                        MIDNIGHT),
                expect("429-free-tpm.json", FailureKind.RATE_LIMITED, FailureCause.MINUTE_QUOTA, PROJECT_MODEL, in(26)),
                expect(
                        "429-limit-0.json",
                        FailureKind.NOT_ENTITLED,
                        FailureCause.NO_QUOTA,
                        PROJECT_MODEL,
                        NOW.plus(Duration.ofHours(24))),
                expect(
                        "429-monthly-spending-cap.json",
                        FailureKind.BILLING,
                        FailureCause.PROJECT_SPENDING_CAP,
                        PROJECT,
                        null),
                expect(
                        "429-no-details.array-wrapped.json",
                        FailureKind.OVERLOADED,
                        FailureCause.MODEL_OVERLOADED,
                        MODEL,
                        null),
                expect("429-no-details.json", FailureKind.OVERLOADED, FailureCause.MODEL_OVERLOADED, MODEL, null),
                expect(
                        "429-paid-embed-perminute-peruser.json",
                        FailureKind.RATE_LIMITED,
                        FailureCause.MINUTE_QUOTA,
                        PROJECT_MODEL,
                        in(39)),
                expect(
                        "429-paid-tpm-debuginfo.json",
                        FailureKind.RATE_LIMITED,
                        FailureCause.MINUTE_QUOTA,
                        PROJECT_MODEL,
                        in(40)),
                expect("429-spend-based.json", FailureKind.BILLING, FailureCause.SPENDING_RATE, ACCOUNT, in(60)),
                expect("499-cancelled.json", FailureKind.SERVER_ERROR, FailureCause.REQUEST_ABORTED, NONE, null),
                expect("500-internal.json", FailureKind.SERVER_ERROR, FailureCause.SERVER_ERROR, NONE, null),
                expect("503-high-demand.json", FailureKind.OVERLOADED, FailureCause.MODEL_OVERLOADED, MODEL, null),
                expect("504-deadline-exceeded.json", FailureKind.SERVER_ERROR, FailureCause.SERVER_ERROR, NONE, null),
                expect(
                        "interactions-400-invalid-request.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null),
                expect(
                        "interactions-400-multiple-credentials.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.MULTIPLE_CREDENTIALS,
                        REQUEST,
                        null));
    }

    private static int statusOf(String file) {
        return Integer.parseInt(file.replace("interactions-", "").substring(0, 3));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void judgesRecordedBodies(
            String file, FailureKind kind, FailureCause cause, Scope scope, @Nullable Instant until, boolean isLasting)
            throws IOException {
        int status = statusOf(file);

        Failure failure = ErrorClassifier.classify(status, file(file), ATTEMPT);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.cause()).isEqualTo(cause);
        assertThat(failure.scope()).isEqualTo(scope);
        assertThat(failure.until()).isEqualTo(until);
        assertThat(failure.lasting()).isEqualTo(isLasting);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.reason()).contains("(" + status + ": ");
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void judgesTheSameBodyInAStreamAlike(
            String file, FailureKind kind, FailureCause cause, Scope scope, @Nullable Instant until, boolean isLasting)
            throws IOException {
        if (file.startsWith("302")) {
            return;
        }

        Failure failure = ErrorClassifier.readInStream(file(file), ATTEMPT).failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.cause()).isEqualTo(cause);
        assertThat(failure.scope()).isEqualTo(scope);
        assertThat(failure.until()).isEqualTo(until);
        assertThat(failure.lasting()).isEqualTo(isLasting);
        assertThat(failure.status()).isEqualTo(statusOf(file));
    }

    @Test
    void everyRecordedBodyIsTested() throws IOException {
        List<String> tested =
                verdicts().stream().map(row -> (String) row.get()[0]).toList();

        assertThat(files())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(tested.stream(), FILES_WITHOUT_ERROR.stream())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 403, 429, 503})
    void recognizesThePageAboutAutomatedQueriesByItsText(int status) throws IOException {
        Failure failure = ErrorClassifier.classify(status, file("302-or-html-automated-queries.txt"), ATTEMPT);

        assertThat(failure.kind()).isEqualTo(FailureKind.EGRESS_BLOCKED);
        assertThat(failure.scope()).isEqualTo(EGRESS);
    }

    @ParameterizedTest
    @CsvSource({
        "rate_limit_exceeded, 429, RATE_LIMITED",
        "quota_exceeded,      429, DAILY_QUOTA_EXHAUSTED",
        "too_many_requests,   429, OVERLOADED",
        "authentication,      401, KEY_REJECTED",
        "payment_required,    402, BILLING",
        "permission_denied,   403, INVALID_REQUEST",
        "model_not_found,     404, INVALID_REQUEST",
        "not_found,           404, INVALID_REQUEST",
        "invalid_request,     400, INVALID_REQUEST",
        "api_error,           500, SERVER_ERROR",
        "service_unavailable, 503, OVERLOADED",
        "deadline_exceeded,   504, SERVER_ERROR",
        "cancelled,           499, SERVER_ERROR",
    })
    void recognizesTheTextCodesOfTheInteractionsApi(String code, int status, FailureKind kind) {
        String body = "{\"error\":{\"code\":\"" + code + "\",\"message\":\"said\"}}";

        assertThat(ErrorClassifier.classify(status, body, ATTEMPT).kind()).isEqualTo(kind);
        Failure inStream = ErrorClassifier.readInStream(
                        body.replace("{\"error\"", "{\"event_type\":\"error\",\"error\""), ATTEMPT)
                .failure();
        assertThat(inStream.kind()).isEqualTo(kind);
        assertThat(inStream.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, KEY_REJECTED",
        "402, BILLING",
        "403, INVALID_REQUEST",
        "404, INVALID_REQUEST",
        "408, SERVER_ERROR",
        "409, INVALID_REQUEST",
        "413, INVALID_REQUEST",
        "416, INVALID_REQUEST",
        "418, INVALID_REQUEST",
        "429, OVERLOADED",
        "499, SERVER_ERROR",
        "500, SERVER_ERROR",
        "501, SERVER_ERROR",
        "502, SERVER_ERROR",
        "503, OVERLOADED",
        "504, SERVER_ERROR",
        "301, INVALID_REQUEST"
    })
    void theStatusDecidesWithoutABody(int status, FailureKind kind) {
        for (String body :
                List.of("", " \r\n", "<html><body>Bad gateway</body></html>", "null", "[]", "{}", "{", "[[[")) {
            Failure failure = ErrorClassifier.classify(status, body, ATTEMPT);
            assertThat(failure.kind()).as(body).isEqualTo(kind);
            assertThat(failure.reason()).contains("(" + status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, The caller does not have permission,                              WRONG_PROJECT,    INVALID_REQUEST",
        "404, Requested entity was not found.,                                  WRONG_PROJECT,    INVALID_REQUEST",
        "404, Interaction not found.,                                           WRONG_PROJECT,    WRONG_PROJECT",
        "404, models/m is not found for API version v1beta,                     INVALID_REQUEST,  INVALID_REQUEST",
        "403, Consumer has been suspended.,                                     PROJECT_REJECTED, PROJECT_REJECTED",
        "400, The page token is not valid.,                                     INVALID_REQUEST,  INVALID_REQUEST",
    })
    void aMissingResourceIsTheOneThatTheRequestNames(
            int status, String message, FailureKind ofResource, FailureKind otherwise) {
        AttemptContext naming =
                new AttemptContext("Key #1", "project", "account", "model", NOW, true, null, false, true, Use.PLAIN);
        String body = "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\"}}";

        Failure failure = ErrorClassifier.classify(status, body, naming);

        assertThat(failure.kind()).isEqualTo(ofResource);
        assertThat(failure.scope())
                .isEqualTo(ofResource == FailureKind.PROJECT_REJECTED ? PROJECT : new Scope.Request());
        assertThat(ErrorClassifier.classify(status, body, ATTEMPT).kind()).isEqualTo(otherwise);
    }
}
