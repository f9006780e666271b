package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void readsLimitsOfRequests() {
        String body = body(violation(PER_MINUTE, "\"15\"") + "," + violation(PER_DAY, "500"));
        assertThat(ExceededQuota.in(GoogleError.parse(body)))
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
    void ignoresOtherQuotas(String id, String value) {
        assertThat(ExceededQuota.in(GoogleError.parse(body(violation(id, value)))))
                .isEmpty();
    }

    @Test
    void readsTheModelOfAQuota() {
        String violation = violation(PER_MINUTE, "\"15\"")
                .replace("}", ", \"quotaDimensions\": {\"location\": \"global\", \"model\": \"gemini-3.5-flash\"}}");
        assertThat(ExceededQuota.in(GoogleError.parse(body(violation))))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 15, "gemini-3.5-flash"));
        String longName = violation.replace("gemini-3.5-flash", "x".repeat(101));
        assertThat(ExceededQuota.in(GoogleError.parse(body(longName))))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 15));
    }

    @Test
    void readsLimitsOfTokens() {
        assertThat(ExceededQuota.in(GoogleError.parse(
                        body(violation("GenerateContentInputTokensPerModelPerMinute-FreeTier", "250000")))))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.TOKENS_PER_MINUTE, 250_000));
    }

    @Test
    void capsAHugeLimit() {
        assertThat(ExceededQuota.in(GoogleError.parse(body(violation(PER_DAY, "9000000000")))))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_DAY, Integer.MAX_VALUE));
    }

    @Test
    void readsTheMetadataOfAnErrorInfo() {
        String body = "{\"error\": {\"code\": 429, \"details\": [{\"@type\":"
                + " \"type.googleapis.com/google.rpc.ErrorInfo\", \"reason\": \"RATE_LIMIT_EXCEEDED\", \"metadata\":"
                + " {\"quota_limit\": \"" + PER_MINUTE + "\", \"quota_limit_value\": \"60\"}}]}}";
        assertThat(ExceededQuota.in(GoogleError.parse(body)))
                .containsExactly(new ExceededQuota(ExceededQuota.Unit.REQUESTS_PER_MINUTE, 60));
    }

    @Test
    void findsNoneInABodyThatIsNotJson() {
        assertThat(ExceededQuota.in(GoogleError.parse("<html>429</html>"))).isEmpty();
        assertThat(ExceededQuota.in(GoogleError.parse(""))).isEmpty();
    }
}
