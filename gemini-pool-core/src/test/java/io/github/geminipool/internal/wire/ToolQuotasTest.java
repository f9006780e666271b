package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static io.github.geminipool.internal.wire.ErrorBodies.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Use;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quotas of tools that Gemini names: they are not the model's. */
class ToolQuotasTest {

    private static String violation(String metric, String id, @Nullable String value) {
        return "{\"quotaMetric\": \"generativelanguage.googleapis.com/" + metric + "\", \"quotaId\": \"" + id + "\""
                + (value == null ? "" : ", \"quotaValue\": \"" + value + "\"") + "}";
    }

    private static String body(String message, String... violations) {
        String details = violations.length == 0
                ? ""
                : "{\"@type\": \"type.googleapis.com/google.rpc.QuotaFailure\", \"violations\": ["
                        + String.join(",", violations) + "]}";
        return "{\"error\": {\"code\": 429, \"message\": \"" + message
                + "\", \"status\": \"RESOURCE_EXHAUSTED\", \"details\": [" + details + "]}}";
    }

    private static ErrorVerdict read(String body) {
        return ErrorClassifier.read(429, body, ATTEMPT);
    }

    private static void isOf(Use use, FailureKind kind, String body) {
        ErrorVerdict verdict = read(body);
        assertThat(verdict.failure().kind()).as(body).isEqualTo(kind);
        assertThat(verdict.failure().scope()).as(body).isEqualTo(new Scope.ProjectModel("project", "model", use));
        assertThat(verdict.failure().until()).isNotNull();
        assertThat(verdict.failure().reason()).contains("tool");
        assertThat(verdict.exceededQuotas()).as(body).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "search_grounding_requests, SearchGroundingRequestsPerDayPerProject, 500, GROUNDED, DAILY_QUOTA_EXHAUSTED",
        "search_grounding_requests, SearchGroundingRequestsPerDay-FreeTier, 0, GROUNDED, NOT_ENTITLED",
        "search_grounding_requests, SearchGroundingRequestsPerDay-FreeTier, , GROUNDED, NOT_ENTITLED",
        "grounding_requests, GroundingRequestsPerMinutePerProject, 10, GROUNDED, RATE_LIMITED",
        "google_search_queries, GoogleSearchQueriesPerDayPerProjectPerModel, 1500, GROUNDED, DAILY_QUOTA_EXHAUSTED",
        "google_maps_requests, GoogleMapsRequestsPerMinutePerProjectPerModel, 15, GROUNDED, RATE_LIMITED",
        "url_context_requests, UrlContextRequestsPerDayPerProjectPerModel, 15, URL_CONTEXT, DAILY_QUOTA_EXHAUSTED",
        "code_execution_requests, CodeExecutionRequestsPerMinutePerProjectPerModel, 15, CODE_EXECUTION, RATE_LIMITED",
    })
    void concernOneUse(String metric, String id, @Nullable String value, Use use, FailureKind kind) {
        String plan = "You exceeded your current quota, please check your plan and billing details.";
        isOf(use, kind, body(plan, violation(metric, id, value)));
        isOf(use, kind, "[" + body(plan, violation(metric, id, value), violation(metric, id, value)) + "]");
        isOf(use, kind, body(plan, violation("", id, value)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Quota exceeded for metric: x/search_grounding_requests_free_tier, limit: 0, model: m | GROUNDED | NOT_ENTITLED",
                "Quota exceeded for metric: x/search_grounding_requests, limit: 500 | GROUNDED | RATE_LIMITED",
                "You exceeded 500 grounded requests per day | GROUNDED | DAILY_QUOTA_EXHAUSTED",
                "Your limit of 20 URL context requests a day is used up | URL_CONTEXT | DAILY_QUOTA_EXHAUSTED",
                "code-execution requests per minute exceeded | CODE_EXECUTION | RATE_LIMITED",
            })
    void areReadFromTheTextAlone(String message, Use use, FailureKind kind) {
        isOf(use, kind, body(message));
        isOf(use, kind, message);
    }

    @Test
    void besideAQuotaOfTheModelDoNotHideIt() throws IOException {
        String tool = violation("search_grounding_requests", "SearchGroundingRequestsPerDayPerProject", "500");
        ErrorVerdict verdict = read(body(
                "No.",
                tool,
                violation("generate_content_requests", "GenerateRequestsPerMinutePerProjectPerModel", "15")));
        assertThat(verdict.failure().scope()).isEqualTo(new Scope.ProjectModel("project", "model"));
        assertThat(verdict.exceededQuotas())
                .isEqualTo(List.of(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 15)));
        assertThat(read(file("429-free-tpm.json")).failure().scope())
                .isEqualTo(new Scope.ProjectModel("project", "model"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "'message':'You exceeded your current quota.','details':[{'@type':'g/google.rpc.Help','links':[{'url':'x/rate-limits'}]},"
                        + "{'@type':'g/google.rpc.RetryInfo','retryDelay':'40s'}] | RATE_LIMITED",
                "'message':'You exceeded your current quota. Please retry in 40s.' | RATE_LIMITED",
                "'message':'No.','details':[{'@type':'g/google.rpc.ErrorInfo','reason':'RATE_LIMIT_EXCEEDED'}] | RATE_LIMITED",
                "'message':'No.','code':'rate_limit_exceeded' | RATE_LIMITED",
                "'message':'No.','code':'quota_exceeded' | DAILY_QUOTA_EXHAUSTED",
            })
    void withoutANameMayBeThoseOfTheUseAlone(String error, FailureKind kind) {
        String body = "{'error':{" + error + "}}";
        for (Use use : Use.values()) {
            AttemptContext attempt = new AttemptContext(
                    "Key #1", "project", "account", "model", ErrorBodies.NOW, false, null, false, true, use);
            Failure failure = ErrorClassifier.classify(429, body.replace('\'', '"'), attempt);
            boolean isSpecial = Set.of(Use.GROUNDED, Use.URL_CONTEXT, Use.CODE_EXECUTION, Use.INTERACTIONS)
                    .contains(use);
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.scope())
                    .as("%s", use)
                    .isEqualTo(new Scope.ProjectModel("project", "model", isSpecial ? use : null));
        }
    }
}
