package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What limits of requests a refusal tells. */
class ExceededQuotaTest {

    private static final String PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";
    private static final String PER_DAY = "GenerateRequestsPerDayPerProjectPerModel";

    private static String violation(String id, String value) {
        return "{\"quotaMetric\": \"generativelanguage.googleapis.com/generate_content_free_tier_requests\","
                + " \"quotaId\": \"" + id + "\", \"quotaValue\": " + value + "}";
    }

    private static String body(String violations) {
        return "{\"error\": {\"code\": 429, \"message\": \"Quota exceeded\", \"details\": [{\"@type\":"
                + " \"type.googleapis.com/google.rpc.QuotaFailure\", \"violations\": [" + violations + "]}]}}";
    }

    @Test
    void limitsOfRequestsAreRead() {
        String body = body(violation(PER_MINUTE, "\"15\"") + "," + violation(PER_DAY, "500"));
        assertThat(ExceededQuota.in(body))
                .containsExactly(
                        new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 15),
                        new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_DAY, 500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GenerateContentInputTokensPerModelPerDay-FreeTier | 250000",
                "GenerateContentInputTokensPerMinute-FreeTier | 250000",
                "GenerateContentInputTokensPerModelPerMinute-FreeTier | 0",
                "SearchGroundingRequestsPerDayPerProject | 500",
                "GenerateRequestsPerProjectPerModel | 5",
                "GenerateRequestsPerMinutePerProjectPerModel | 0",
                "GenerateRequestsPerMinutePerProjectPerModel | -5",
                "GenerateRequestsPerMinutePerProjectPerModel | \"many\"",
                "GenerateRequestsPerMinutePerProjectPerModel | \"\"",
                "GenerateRequestsPerMinutePerProjectPerModel | \"99999999999999999999\"",
                "GenerateRequestsPerMinutePerProjectPerModel | null"
            })
    void whatIsNoLimitOfAModelIsNot(String id, String value) {
        assertThat(ExceededQuota.in(body(violation(id, value)))).isEmpty();
    }

    @Test
    void theModelIsReadThatTheQuotaIsOneOf() {
        String violation = violation(PER_MINUTE, "\"15\"")
                .replace("}", ", \"quotaDimensions\": {\"location\": \"global\", \"model\": \"gemini-3.5-flash\"}}");
        assertThat(ExceededQuota.in(body(violation)))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 15, "gemini-3.5-flash"));
        String longName = violation.replace("gemini-3.5-flash", "x".repeat(101));
        assertThat(ExceededQuota.in(body(longName)))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 15));
    }

    @Test
    void limitsOfTokensAreRead() {
        assertThat(ExceededQuota.in(body(violation("GenerateContentInputTokensPerModelPerMinute-FreeTier", "250000"))))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.TOKENS_PER_MINUTE, 250_000));
    }

    @Test
    void aLimitThatIsTooLargeIsTheLargest() {
        assertThat(ExceededQuota.in(body(violation(PER_DAY, "9000000000"))))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_DAY, Integer.MAX_VALUE));
    }

    @Test
    void errorInfoNamesThemInOtherWords() {
        String body = "{\"error\": {\"code\": 429, \"details\": [{\"@type\":"
                + " \"type.googleapis.com/google.rpc.ErrorInfo\", \"reason\": \"RATE_LIMIT_EXCEEDED\", \"metadata\":"
                + " {\"quota_limit\": \"" + PER_MINUTE + "\", \"quota_limit_value\": \"60\"}}]}}";
        assertThat(ExceededQuota.in(body))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 60));
    }

    @Test
    void whatIsNoJsonTellsNone() {
        assertThat(ExceededQuota.in("<html>429</html>")).isEmpty();
        assertThat(ExceededQuota.in("")).isEmpty();
    }
}
