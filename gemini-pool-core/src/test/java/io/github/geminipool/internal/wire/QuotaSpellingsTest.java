package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static io.github.geminipool.internal.wire.ErrorBodies.NOW;
import static io.github.geminipool.internal.wire.ErrorBodies.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Use;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotas in every spelling: in the details, in the message alone, or not named at all. */
class QuotaSpellingsTest {

    private static final String PLAN =
            "You exceeded your current quota, please check your plan and billing details. For more information on this"
                    + " error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. ";

    private static final String HELP =
            "{\"@type\": \"type.googleapis.com/google.rpc.Help\", \"links\": [{\"description\":"
                    + " \"Learn more about Gemini API quotas\", \"url\": \"https://ai.google.dev/gemini-api/docs/rate-limits\"}]}";

    private static String error(String message, String... details) {
        return "{\"error\": {\"code\": 429, \"message\": \"" + message + "\", \"status\": \"RESOURCE_EXHAUSTED\","
                + " \"details\": [" + String.join(",", details) + "]}}";
    }

    private static String violation(String metric, String id, String model, String value) {
        return "{\"@type\": \"type.googleapis.com/google.rpc.QuotaFailure\", \"violations\": [{\"quotaMetric\":"
                + " \"generativelanguage.googleapis.com/" + metric + "\", \"quotaId\": \"" + id + "\","
                + " \"quotaDimensions\": {\"location\": \"global\", \"model\": \"" + model + "\"}, \"quotaValue\": "
                + value + "}]}";
    }

    private static ErrorVerdict read(String body) {
        return ErrorClassifier.read(429, body, ATTEMPT);
    }

    @ParameterizedTest
    @CsvSource({
        "generate_content_free_tier_requests, GenerateRequestsPerMinutePerProjectPerModel-FreeTier, REQUESTS_PER_MINUTE",
        "generate_content_paid_tier_requests, GenerateRequestsPerMinutePerProjectPerModel-PaidTier, REQUESTS_PER_MINUTE",
        "generate_content_paid_tier_2_requests, GenerateRequestsPerMinutePerProjectPerModel-PaidTier2,"
                + " REQUESTS_PER_MINUTE",
        "generate_content_paid_tier_3_requests, GenerateRequestsPerDayPerProjectPerModel-PaidTier3, REQUESTS_PER_DAY",
        "predict_requests, PredictRequestsPerDayPerProjectPerModelPaidTier1, REQUESTS_PER_DAY",
        "predict_requests, PredictRequestsPerMinutePerProjectPerModelPaidTier1, REQUESTS_PER_MINUTE",
        "embed_content_free_tier_requests, EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier,"
                + " REQUESTS_PER_DAY",
        "embed_content_free_tier_requests, EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier,"
                + " REQUESTS_PER_MINUTE",
        "embed_content_paid_tier_requests, EmbedContentPerMinutePerProjectPerUserPerModel-PaidTier,"
                + " REQUESTS_PER_MINUTE",
        "embed_content_paid_tier_2_tokens, EmbedContentTokensPerMinutePerProjectPerModel-PaidTier2, TOKENS_PER_MINUTE",
        "generate_content_paid_tier_input_token_count, GenerateContentInputTokensPerModelPerMinute-PaidTier,"
                + " TOKENS_PER_MINUTE",
        "generate_content_paid_tier_3_input_token_count, GenerateContentInputTokensPerModelPerMinute-PaidTier3,"
                + " TOKENS_PER_MINUTE",
        "generate_content_paid_tier_input_token_count, GenerateContentPaidTierInputTokensPerModelPerMinute,"
                + " TOKENS_PER_MINUTE",
        "generate_content_requests_per_minute_per_model, '', REQUESTS_PER_MINUTE",
        "'', EmbedContentPerMinutePerProjectPerUserPerModel-PaidTier, REQUESTS_PER_MINUTE",
    })
    void areLearnedForEveryTierAndUse(String metric, String id, ExceededQuota.Unit unit) {
        for (String value : List.of("\"16000\"", "16000", "\" 16000 \"", "16000.0")) {
            String details = violation(metric, id, "gemma-4-31b", value);
            for (String body : List.of(
                    error(PLAN, details),
                    error(PLAN, HELP, details),
                    "[" + error(PLAN, details) + "]",
                    error(
                            PLAN,
                            details.replace("quotaMetric", "quota_metric")
                                    .replace("quotaId", "quota_id")
                                    .replace("quotaDimensions", "quota_dimensions")
                                    .replace("quotaValue", "quota_value")),
                    error(PLAN, details.replace("\"gemma", "\"models/gemma")),
                    error(PLAN, details.replace("[{", "{").replace("}]", "}")))) {
                ErrorVerdict verdict = read(body);
                assertThat(verdict.exceededQuotas())
                        .as(body)
                        .containsExactly(new ExceededQuota(unit, 16_000, "gemma-4-31b"));
                assertThat(verdict.failure().kind())
                        .isEqualTo(
                                unit == ExceededQuota.Unit.REQUESTS_PER_DAY
                                        ? FailureKind.DAILY_QUOTA_EXHAUSTED
                                        : FailureKind.RATE_LIMITED);
            }
        }
    }

    @Test
    void ofSessionsLimitNeitherRequestsNorTokens() {
        ErrorVerdict verdict = read(error(
                PLAN,
                violation(
                        "bidi_generate_content_paid_tier_3_sessions",
                        "BidiGenerateContentSessionsPer10MinutesPerProject-PaidTier3",
                        "gemini-live",
                        "\"50\"")));
        assertThat(verdict.failure().kind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(verdict.exceededQuotas()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Quota exceeded for metric: x/generate_content_free_tier_requests, limit: 15, model: m | RATE_LIMITED |",
                "Quota exceeded for metric: x/generate_content_free_tier_input_token_count, limit: 250000 | RATE_LIMITED |",
                "Quota exceeded for metric: x/generate_requests_per_model_per_day, limit: 250 |"
                        + " DAILY_QUOTA_EXHAUSTED | REQUESTS_PER_DAY 250",
                "Quota exceeded for quota metric 'Generate requests' and limit 'Requests per day per model' |"
                        + " DAILY_QUOTA_EXHAUSTED |",
                "Quota exceeded for GenerateRequestsPerDayPerProjectPerModel-FreeTier, limit: 1,500, model: m |"
                        + " DAILY_QUOTA_EXHAUSTED | REQUESTS_PER_DAY 1500",
                "You exceeded 20 requests per day for model: gemini-3.6-flash. | DAILY_QUOTA_EXHAUSTED |"
                        + " REQUESTS_PER_DAY 20",
                "Limit of 15 requests/minute reached, model='m' | RATE_LIMITED | REQUESTS_PER_MINUTE 15",
                "Limit: 15 RPM per model | RATE_LIMITED | REQUESTS_PER_MINUTE 15",
                "The RPD limit is 250 for models/m | DAILY_QUOTA_EXHAUSTED | REQUESTS_PER_DAY 250",
                "limit 250000 input tokens per minute (model: m) | RATE_LIMITED | TOKENS_PER_MINUTE 250000",
                "model: m, limit: 250000 TPM | RATE_LIMITED | TOKENS_PER_MINUTE 250000",
                "limit: 8192 output tokens per minute, model: m | RATE_LIMITED |",
                "Your daily quota is used up. | DAILY_QUOTA_EXHAUSTED |",
                "requests_per_day limit reached | DAILY_QUOTA_EXHAUSTED |",
                "requests-per-minute limit reached | RATE_LIMITED |",
                "REQUESTS PER DAY | DAILY_QUOTA_EXHAUSTED |",
                "Only 5 requests a day are allowed | DAILY_QUOTA_EXHAUSTED |",
                "Quota resets at midnight Pacific time | DAILY_QUOTA_EXHAUSTED |",
                "Quota exceeded for metric: a, limit: 0, model: m | NOT_ENTITLED |",
                "Quota exceeded for metric: a, limit: 0 | NOT_ENTITLED |",
                "Quota exceeded for metric: a, limit: 10, model: m | RATE_LIMITED |",
                "Quota exceeded for metric: a, limit: 0.5 | RATE_LIMITED |",
            })
    void areReadFromTheTextAlone(String message, FailureKind kind, @Nullable String learned) {
        for (String body : List.of(
                error(message),
                error(PLAN + "\\n* " + message + "\\nPlease retry in 36.4s."),
                error(PLAN + message, HELP),
                message,
                "[" + error(message) + "]",
                "<html><body>" + message + "</body></html>",
                error(message).substring(0, error(message).length() - 20))) {
            ErrorVerdict verdict = read(body);
            assertThat(verdict.failure().kind()).as(body).isEqualTo(kind);
            assertThat(verdict.failure().scope()).isEqualTo(new Scope.ProjectModel("project", "model"));
            assertThat(verdict.exceededQuotas().stream()
                            .map(quota -> quota.unit().name() + " " + quota.limit())
                            .toList())
                    .as(body)
                    .isEqualTo(learned == null ? List.of() : List.of(learned));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "You exceeded your current quota.",
                "Quota exceeded.",
                "You exceeded your current quota, see https://ai.google.dev/docs/rate-limits#requests-per-day",
                "Sie haben Ihr Kontingent überschritten.",
                "割り当てを超えました。"
            })
    void thatAreNotNamedExcludeNothing(String message) {
        for (String body :
                List.of(error(message, HELP), "[" + error(message, HELP) + "]", error(message, HELP, "{}"))) {
            ErrorVerdict verdict = read(body);
            Failure failure = verdict.failure();
            assertThat(failure.kind()).as(body).isEqualTo(FailureKind.OVERLOADED);
            assertThat(failure.cause()).isEqualTo(FailureCause.QUOTA_UNNAMED);
            assertThat(failure.scope()).isEqualTo(new Scope.None());
            assertThat(failure.until()).isNull();
            assertThat(verdict.exceededQuotas()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]", "[{\"quotaValue\": \"5\"}]", "null", "{}"})
    void aFailureWithoutAQuotaNamesNone(String violations) {
        String failure =
                "{\"@type\": \"type.googleapis.com/google.rpc.QuotaFailure\", \"violations\": " + violations + "}";
        assertThat(read(error(PLAN, failure)).failure().cause()).isEqualTo(FailureCause.QUOTA_UNNAMED);
    }

    @Test
    void aDelayIsBelievedWithoutAQuota() {
        Failure failure = read(error(PLAN + "Please retry in 40s.", HELP)).failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(failure.until()).isEqualTo(NOW.plusSeconds(40));
    }

    /** Such as the storage of caches, of which a free project has none, and the tokens of all batches together. */
    @Test
    void ofWhatIsNoneOfTheModelsQuotasSayNothingOfTheModel() throws IOException {
        AttemptContext free =
                new AttemptContext("Key #1", "project", "account", "model", NOW, false, null, false, false, Use.PLAIN);
        for (String body : List.of(
                file("429-limit-0.json"),
                file("429-free-tpm.json"),
                file("429-no-details.json"),
                file("429-free-embed-perday-peruser.json"),
                error("TotalCachedContentStorageTokensPerModelFreeTier limit exceeded for model m: limit=0"),
                error(
                        PLAN,
                        violation("batch_enqueued_tokens", "BatchEnqueuedTokensPerModel-PaidTier", "m", "\"5\"")))) {
            ErrorVerdict verdict = ErrorClassifier.read(429, body, free);
            assertThat(verdict.failure().cause()).as(body).isEqualTo(FailureCause.QUOTA_UNNAMED);
            assertThat(verdict.failure().scope()).isEqualTo(new Scope.None());
            assertThat(verdict.exceededQuotas()).isEmpty();
        }
        assertThat(ErrorClassifier.read(429, file("429-spend-based.json"), free)
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.BILLING);
    }

    @Test
    void anOverloadIsNotTakenForAQuota() {
        for (String message : List.of("Resource has been exhausted (e.g. check quota).", "Too many requests", "No.")) {
            assertThat(read(error(message)).failure().cause()).as(message).isEqualTo(FailureCause.MODEL_OVERLOADED);
        }
    }

    @Test
    void aLimitInTheTextContradictsAnOmittedOne() throws IOException {
        String omitted = file("429-limit-0.json");
        assertThat(read(omitted).failure().cause()).isEqualTo(FailureCause.NO_QUOTA);
        assertThat(read(omitted.replace("limit: 0", "limit: 15")).failure().cause())
                .isEqualTo(FailureCause.DAILY_QUOTA);
        assertThat(read(omitted.replaceFirst("limit: 0", "limit: 15")).failure().cause())
                .isEqualTo(FailureCause.NO_QUOTA);
    }

    @Test
    void theDetailsGoBeforeTheText() throws IOException {
        String body = file("429-free-tpm.json").replace("rate-limits.\"", "rate-limits. Try fewer requests per day.\"");
        assertThat(read(body).failure().kind()).isEqualTo(FailureKind.RATE_LIMITED);
    }
}
