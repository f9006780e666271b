package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.spi.CallFacts;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors reported by users, and as gateways, loggers and SDKs pass them on. */
class UnlistedErrorsTest {

    private static final Instant NOW = Instant.parse("2026-10-15T12:00:00Z");
    private static final AttemptContext ATTEMPT = new AttemptContext("Key #1", "project", "account", "model", NOW);

    private static Failure classify(int status, String body) {
        return ErrorClassifier.classify(status, body, ATTEMPT);
    }

    private static String said(int code, String message) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\"}}";
    }

    private static String scope(Failure failure) {
        return failure.scope().getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | You exceeded your current quota, please check your plan and billing details. | OVERLOADED |"
                        + " None",
                "429 | Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' | RATE_LIMITED |"
                        + " ProjectModel",
                "429 | Quota exceeded for quota metric 'Requests' and limit 'Requests per day' | DAILY_QUOTA_EXHAUSTED"
                        + " | ProjectModel",
                "429 | Quota exceeded for metric: x/generate_requests_per_model_per_day, limit: 250 |"
                        + " DAILY_QUOTA_EXHAUSTED | ProjectModel",
                "429 | Quota exceeded for metric: x/free_tier_requests, limit: 0, model: m | NOT_ENTITLED |"
                        + " ProjectModel",
                "429 | Resource has been exhausted (e.g. check quota). | OVERLOADED | Model",
                "429 | Your billing account has exceeded its monthly spending cap. | BILLING | BillingAccount",
                "429 | Your project has exceeded its monthly spending cap. | BILLING | Project",
                "429 | Your prepayment credits are depleted. | BILLING | BillingAccount",
                "402 | anything | BILLING | BillingAccount",
                "402 | Your project has exceeded its monthly spending cap. | BILLING | Project",
                "400 | API key expired. Please renew the API key. | KEY_REJECTED | Key",
                "400 | API Key not found. Please pass a valid API key. | KEY_REJECTED | Key",
                "401 | Request had invalid authentication credentials. | KEY_REJECTED | Key",
                "403 | Your API key was reported as leaked. | KEY_REJECTED | Key",
                "403 | Generative Language API has not been used in project 1 before or it is disabled. |"
                        + " PROJECT_REJECTED | Project",
                "403 | Your project has been denied access. | PROJECT_REJECTED | Project",
                "403 | The caller does not have permission | INVALID_REQUEST | Key",
                "403 | You do not have permission to access tuned model tunedModels/x. | WRONG_PROJECT | Request",
                "404 | The file files/abc was not found. | WRONG_PROJECT | Request",
                "404 | Requested entity was not found. | INVALID_REQUEST | Request",
                "404 | models/x is no longer available to new users. Please use a newer model. | NOT_ENTITLED |"
                        + " ProjectModel",
                "400 | User location is not supported for the API use. | EGRESS_BLOCKED | Egress",
                "400 | Gemini API free tier is not available in your country. Please enable billing. | INVALID_REQUEST"
                        + " | Request",
                "400 | Thought signature is not valid | INVALID_REQUEST | Request",
                "400 | Invalid thought signature. | INVALID_REQUEST | Request",
                "409 | The caller aborted | INVALID_REQUEST | Request",
                "413 | Request payload size exceeds the limit | INVALID_REQUEST | Request",
                "500 | An internal error has occurred. | SERVER_ERROR | None",
                "503 | The model is overloaded. Please try again later. | OVERLOADED | Model",
                "504 | The request timed out. | SERVER_ERROR | None",
            })
    void areRecognizedByTheirMessage(int status, String message, FailureKind kind, String scope) {
        for (String body : new String[] {said(status, message), message, "[" + said(status, message) + "]"}) {
            Failure failure = classify(status, body);
            assertThat(failure.kind()).as(body).isEqualTo(kind);
            assertThat(scope(failure)).as(body).isEqualTo(scope);
        }
        assertThat(ErrorClassifier.readInStream(said(status, message), ATTEMPT)
                        .failure()
                        .kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "400, API_KEY_INVALID, KEY_REJECTED, false",
        "401, API_KEY_INVALID, KEY_REJECTED, false",
        "403, api_key_invalid, KEY_REJECTED, false",
        "400, keyInvalid, KEY_REJECTED, false",
        "403, API_KEY_SERVICE_BLOCKED, KEY_REJECTED, true",
        "403, API_KEY_TIME_OF_DAY_BLOCKED, KEY_REJECTED, true",
        "403, api_key_ip_address_blocked, KEY_REJECTED, true",
        "403, CONSUMER_SUSPENDED, PROJECT_REJECTED, false",
        "403, SERVICE_DISABLED, PROJECT_REJECTED, false",
        "403, accessNotConfigured, PROJECT_REJECTED, false",
        "403, BILLING_DISABLED, BILLING, false",
        "403, SOMETHING_NEW, INVALID_REQUEST, false",
        "429, RATE_LIMIT_EXCEEDED, RATE_LIMITED, false",
        "429, SOMETHING_NEW, OVERLOADED, false",
    })
    void areRecognizedByTheirReasonAnywhere(int status, String reason, FailureKind kind, boolean lasting) {
        String info = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" + reason + "\"}";
        for (String details : new String[] {
            "\"details\":[" + info + "]",
            "\"details\":[{\"details\":[" + info + "]}]",
            "\"details\":\"[" + info.replace("\"", "\\\"") + "]\"",
            "\"errors\":[{\"domain\":\"global\",\"reason\":\"" + reason + "\"}]"
        }) {
            Failure failure =
                    classify(status, "{\"error\":{\"code\":" + status + ",\"message\":\"No.\"," + details + "}}");
            assertThat(failure.kind()).as(details).isEqualTo(kind);
            assertThat(failure.lasting()).as(details).isEqualTo(lasting);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RESOURCE_EXHAUSTED: Quota exceeded for metric x | 429 | RATE_LIMITED",
                "8 RESOURCE_EXHAUSTED: Resource has been exhausted | 429 | OVERLOADED",
                "14 UNAVAILABLE: The model is overloaded | 503 | OVERLOADED",
                "io.grpc.StatusRuntimeException: UNAVAILABLE: io exception | 503 | OVERLOADED",
                "rpc error: code = ResourceExhausted desc = Quota exceeded | 429 | OVERLOADED",
                "rpc error: code = Unauthenticated desc = no | 401 | KEY_REJECTED",
                "google.api_core.exceptions.PermissionDenied: 403 Your API key was reported as leaked | 403 |"
                        + " KEY_REJECTED",
                "status = StatusCode.INVALID_ARGUMENT details = \"no\" | 400 | INVALID_REQUEST",
                "[ORIGINAL ERROR] generic::deadline_exceeded: too late | 504 | SERVER_ERROR",
                "CANCELLED: by the server | 499 | SERVER_ERROR",
                "an internal matter that was cancelled and is unknown | 500 | SERVER_ERROR",
            })
    void areRecognizedByTheTextsOfGrpc(String text, int status, FailureKind kind) {
        Failure inStream = ErrorClassifier.readInStream(text, ATTEMPT).failure();
        assertThat(inStream.kind()).isEqualTo(kind);
        assertThat(inStream.status()).isEqualTo(status);
        assertThat(classify(500, text).kind()).isEqualTo(kind);
        assertThat(classify(500, text).status()).isEqualTo(500);
        assertThat(classify(status, text).kind()).isEqualTo(kind);
        assertThat(classify(500, said(500, text).replace("\"code\":500,", "")).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"500, 429", "502, 503", "400, 403", "400, 404", "500, 8", "500, 14", "400, 7"})
    void aVagueStatusGivesWayToThatOfTheBody(int status, int code) {
        int meant = StatusName.toHttp(code);
        assertThat(classify(status, said(code, "No.")).kind())
                .isEqualTo(classify(meant, said(meant, "No.")).kind());
        assertThat(classify(status, said(code, "No.")).status()).isEqualTo(status);
    }

    @Test
    void aSpecificStatusDoesNot() {
        assertThat(classify(503, said(400, "No.")).kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(classify(429, said(500, "No.")).kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(classify(401, said(429, "No.")).kind()).isEqualTo(FailureKind.KEY_REJECTED);
    }

    @Nested
    class Wrappings {

        private static final String DAY =
                "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"No.\","
                        + "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{"
                        + "\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel\",\"quotaValue\":\"250\"}]}]}}";

        private static String quoted(String text) {
            return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }

        private static void assertDailyQuota(String body) {
            assertThat(classify(429, body).kind()).as(body).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
            assertThat(ErrorClassifier.readInStream(body, ATTEMPT).failure().kind())
                    .as("in a stream: %s", body)
                    .isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        }

        @Test
        void areRemoved() {
            assertDailyQuota(DAY);
            assertDailyQuota("\uFEFF" + DAY);
            assertDailyQuota(")]}'\n" + DAY);
            assertDailyQuota("[[" + DAY + "]]");
            assertDailyQuota("got status: 429 Too Many Requests. " + DAY);
            assertDailyQuota("{\"status\":429,\"body\":" + DAY + "}");
            assertDailyQuota("{\"error\":" + DAY + "}");
            assertDailyQuota("{\"error\":[" + DAY.substring(9) + "]}".replace("}]}", "]}"));
            assertDailyQuota(DAY.substring(9, DAY.length() - 1));
            assertDailyQuota("{\"error\":" + quoted(DAY) + "}");
            assertDailyQuota(
                    "{\"error\":{\"code\":429,\"status\":\"Too Many Requests\",\"message\":" + quoted(DAY) + "}}");
            assertDailyQuota("{\"error\":{\"message\":" + quoted("Error from provider: " + DAY + " at x.js") + "}}");
            assertDailyQuota("429 RESOURCE_EXHAUSTED. " + DAY.replace('"', '\''));
        }

        @Test
        void andTruncationLosesOnlyTheRest() {
            assertDailyQuota(DAY.substring(0, DAY.indexOf("}]}]")));
            // A limit that was cut off is not 0.
            String cut = DAY.substring(0, DAY.indexOf(",\"quotaValue"));
            assertDailyQuota(cut);
            assertThat(classify(429, cut.replace("PerDay", "PerMinute")).kind()).isEqualTo(FailureKind.RATE_LIMITED);
        }

        @Test
        void inAQuotedRequestAreIgnored() {
            String evil = "{\"error\":{\"code\":400,\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}";
            String echo = "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":"
                    + quoted("Invalid value at 'contents' (text), " + evil + " or \"API key not valid\"") + "}}";
            Failure failure = classify(400, echo);
            assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
            assertThat(failure.scope()).isEqualTo(new Scope.Request());
        }
    }

    @Nested
    class Delays {

        private static Duration delay(String retryDelay) {
            return between("\"details\":[{\"@type\":\"google.rpc.RetryInfo\",\"retryDelay\":" + retryDelay + "}]");
        }

        private static Duration between(String more) {
            Failure failure = classify(
                    429, "{\"error\":{\"code\":429,\"message\":\"Quota exceeded for metric: x\"," + more + "}}");
            assertThat(failure.kind()).isEqualTo(FailureKind.RATE_LIMITED);
            assertThat(failure.until()).isNotNull();
            return Duration.between(NOW, failure.until());
        }

        @ParameterizedTest
        @CsvSource({
            "'\"26s\"', 26000",
            "'\"45.837s\"', 45837",
            "'\"1500ms\"', 1500",
            "'\"30\"', 30000",
            "30, 30000",
            "2.5, 2500",
            "'{\"seconds\":40}', 40000",
            "'{\"seconds\":\"40\",\"nanos\":1}', 40000",
            "'\"0s\"', 1000",
            "'\"-5s\"', 60000",
            "'\"soon\"', 60000",
            "null, 60000",
            "'[]', 60000",
            "'\"86400s\"', 600000",
            "1e300, 60000",
        })
        void areReadInEveryForm(String retryDelay, long millis) {
            assertThat(delay(retryDelay)).hasMillis(millis);
        }

        @Test
        void areReadFromTheMessageAsALastResort() {
            String body = said(429, "Quota exceeded for metric: x, limit: 5\\nPlease retry in 40.025771073s.");
            assertThat(classify(429, body).until()).isEqualTo(NOW.plusNanos(40_025_771_073L));
            assertThat(classify(429, body.replace("40.025771073s", "250.5ms")).until())
                    .isEqualTo(NOW.plusSeconds(1));
        }

        @Test
        void ofASpendingRateAreAtMostTenMinutes() {
            String body = said(429, "You exceeded your spend-based rate limit. Please retry in 7200s.");
            assertThat(classify(429, body).until()).isEqualTo(NOW.plusSeconds(600));
        }
    }

    /** Gemini, its OpenAI-shaped paths and its interactions say the same in other words. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Requested entity was not found.",
                "This model is no longer available. Please use a newer one.",
                "The model `gemini-x` does not exist or you do not have access to it.",
                "Model 'gemini-x' not found",
                "models/gemini-x is not found for API version v1beta",
                ""
            })
    void whatIsMissingIsTheModelThatTheRequestNames(String message) {
        for (String body : new String[] {said(404, message), "[" + said(404, message) + "]"}) {
            Failure failure = classify(404, body);
            assertThat(failure.cause()).as(body).isEqualTo(FailureCause.MODEL_NOT_FOUND);
            assertThat(failure.isCuredByAnotherModel()).isTrue();
            AttemptContext ofNone = new AttemptContext("Key #1", "project", "account", CallFacts.NO_MODEL, NOW);
            assertThat(ErrorClassifier.classify(404, body, ofNone).cause())
                    .isEqualTo(message.contains("models/") ? FailureCause.MODEL_NOT_FOUND : FailureCause.NOT_FOUND);
        }
        assertThat(classify(404, "<html>The requested URL was not found on this server.</html>")
                        .cause())
                .isEqualTo(FailureCause.NOT_FOUND);
    }

    @Test
    void violationsWithoutAQuotaAreNotAQuotaOfZero() {
        for (String violations :
                new String[] {"[]", "[{}]", "[{\"subject\":\"project:1\",\"description\":\"too fast\"}]"}) {
            String body =
                    "{\"error\":{\"code\":429,\"message\":\"No.\",\"details\":[{\"violations\":" + violations + "}]}}";
            assertThat(classify(429, body).kind()).as(violations).isNotEqualTo(FailureKind.NOT_ENTITLED);
        }
    }

    @Test
    void quotasInTheMetadataOfAnErrorInfoAreRead() {
        String body = "{\"error\":{\"code\":429,\"message\":\"No.\",\"details\":[{\"@type\":\"google.rpc.ErrorInfo\","
                + "\"metadata\":{\"quota_limit\":\"RequestsPerMinutePerRegion\",\"quota_limit_value\":\"0\"}}]}}";
        assertThat(classify(429, body).kind()).isEqualTo(FailureKind.NOT_ENTITLED);
        assertThat(classify(429, body.replace("\"0\"", "\"60\"")).kind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(classify(429, body.replace("\"0\"", "\"60\"").replace("PerMinute", "PerDay"))
                        .kind())
                .isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>... Our systems have detected unusual traffic from your computer network.</html>",
                "<A HREF=\"https://www.google.com/sorry/index?continue=x\">here</A>",
                "\nLocation: https://www.google.com/sorry/index?continue=x",
            })
    void pagesForRobotsConcernTheEgress(String body) {
        for (int status : new int[] {302, 403, 429, 503}) {
            assertThat(classify(status, body).kind()).isEqualTo(FailureKind.EGRESS_BLOCKED);
        }
    }

    @Test
    void otherRedirectsNameThePropertyToCheck() {
        assertThat(classify(307, "").kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(classify(307, "").reason()).contains("gemini.pool.base-url");
    }

    @Test
    void reasonsQuoteNoHtml() {
        assertThat(classify(502, "<html><body><h1>Bad gateway</h1></body></html>")
                        .reason())
                .isEqualTo("Gemini failed (502)");
    }

    @Test
    void onlyABareErrorIsAnError() {
        assertThat(ErrorClassifier.isError(said(400, "No."))).isTrue();
        assertThat(ErrorClassifier.isError("[" + said(400, "No.") + "]")).isTrue();
        assertThat(ErrorClassifier.isError("{\"error\":{\"code\":\"not_found\"}}"))
                .isTrue();
        assertThat(ErrorClassifier.isError("{\"error\":{\"code\":3},\"name\":\"operations/1\",\"done\":true}"))
                .isFalse();
        assertThat(ErrorClassifier.isError("{\"error\":{}}")).isFalse();
        assertThat(ErrorClassifier.isError("{\"error\":\"a word\"}")).isFalse();
        assertThat(ErrorClassifier.isError("{\"error\":null}")).isFalse();
    }

    @Test
    void leaksAreRecognized() {
        Failure leak = classify(403, said(403, "Your API key was reported as leaked. Please use another API key."));
        assertThat(leak.cause()).isEqualTo(FailureCause.KEY_LEAKED);
        assertThat(leak.lasting()).isTrue();
        assertThat(classify(403, said(403, "No.")).cause()).isEqualTo(FailureCause.PERMISSION_DENIED);
        assertThat(classify(400, said(400, "API key expired.")).cause()).isEqualTo(FailureCause.KEY_INVALID);
    }
}
