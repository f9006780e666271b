package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What embeddings and requests that are too large take of quotas, in virtual time. */
class EmbeddingQuotaTest {
    private final ManualClock clock = new ManualClock("2026-11-24T12:00:10Z");
    private final GeminiSimulator simulator = GeminiSimulator.builder()
            .key("free", k -> k.project("free"))
            .key("paid", k -> k.project("paid").tier(UsageTier.PAID))
            .key("paid-2", k -> k.project("paid-2").tier(UsageTier.PAID_2))
            .key("paid-3", k -> k.project("paid-3").tier(UsageTier.PAID_3))
            .inputTokenLimit(1000)
            .clock(clock)
            .start();
    private final Raw raw = new Raw(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpResponse<String> embed(String key, int texts) throws Exception {
        String one = "{\"model\":\"models/e\",\"content\":{\"parts\":[{\"text\":\"four\"}]}}";
        String body = "{\"requests\":[" + String.join(",", Collections.nCopies(texts, one)) + "]}";
        return raw.post("/v1beta/models/e:batchEmbedContents", key, body);
    }

    @Test
    void eachTextIsARequest() throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(100));
        simulator.addQuota(Quota.requestsPerDay(120));
        assertThat(embed("free", 60).statusCode()).isEqualTo(200);
        assertThat(simulator.quotaLeft("free", "e")).isEqualTo(new QuotaLeft(40, Long.MAX_VALUE, 60));
        assertThat(embed("free", 41).statusCode()).isEqualTo(429);
        assertThat(embed("free", 40).statusCode()).isEqualTo(200);
        assertThat(embed("paid", 100).statusCode()).isEqualTo(200);
        assertThat(simulator.requests()).extracting(RequestRecord::requests).containsExactly(60L, 41L, 40L, 100L);
        assertThat(simulator.requests().get(0).uses()).containsExactly(Use.EMBED);
    }

    @Test
    void tooManyTextsTakeOneRequestAndTheirTokens() throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(100));
        simulator.addQuota(Quota.inputTokensPerMinute(200));
        HttpResponse<String> refused = embed("free", 101);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("at most 100 requests can be in one batch");
        assertThat(simulator.quotaLeft("free", "e")).isEqualTo(new QuotaLeft(99, 99, Long.MAX_VALUE));
        assertThat(embed("free", 100).statusCode()).isEqualTo(429);
        assertThat(embed("paid", 100).statusCode()).isEqualTo(200);
    }

    @Test
    void tooLongPromptsTakeOneRequestAndTheirTokens() throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(2));
        simulator.addQuota(Quota.inputTokensPerMinute(3000));
        String prompt = Raw.PROMPT.replace("Hello", "x".repeat(4004));
        HttpResponse<String> refused = raw.post("/v1beta/models/m:generateContent", "free", prompt);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Raw.json(refused).path("error").path("message").asText())
                .isEqualTo("The input token count exceeds the maximum number of tokens allowed 1000.");
        assertThat(simulator.quotaLeft("free", "m")).isEqualTo(new QuotaLeft(1, 1999, Long.MAX_VALUE));
        assertThat(raw.post("/v1beta/models/m:countTokens", "free", prompt).statusCode())
                .isEqualTo(200);
        raw.generate("free", "m");
        assertThat(raw.post("/v1beta/models/m:generateContent", "free", prompt).statusCode())
                .isEqualTo(429);
    }

    @Test
    void theDailyRefusalIsTheRecordedOne() throws Exception {
        simulator.addQuota(Quota.requestsPerDay(1000).model("e"));
        for (int i = 0; i < 10; i++) {
            embed("free", 100);
        }
        JsonNode recorded = recorded("429-free-embed-perday-peruser.json");
        HttpResponse<String> refused = embed("free", 1);
        JsonNode violation = Raw.json(refused).findValue("violations").get(0);
        JsonNode expected = recorded.findValue("violations").get(0);
        assertThat(violation.path("quotaId")).isEqualTo(expected.path("quotaId"));
        assertThat(violation.path("quotaMetric")).isEqualTo(expected.path("quotaMetric"));
        assertThat(violation.path("quotaValue")).isEqualTo(expected.path("quotaValue"));
        assertThat(violation.findValue("model").asText()).isEqualTo("e");
        assertThat(Raw.json(refused).findValue("retryDelay")).isEqualTo(recorded.findValue("retryDelay"));
    }

    @Test
    void thePaidRefusalIsTheRecordedOne() throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(3000).model("e"));
        for (int i = 0; i < 30; i++) {
            embed("paid", 100);
        }
        clock.advance(java.time.Duration.ofSeconds(21));
        JsonNode recorded = recorded("429-paid-embed-perminute-peruser.json").findValue("details");
        JsonNode details = Raw.json(embed("paid", 1)).findValue("details");
        assertThat(details).isEqualTo(recorded);
    }

    @ParameterizedTest
    @CsvSource({
        "free,   -FreeTier,  free_tier,   GenerateContentInputTokensPerModelPerMinute-FreeTier",
        "paid,   -PaidTier,  paid_tier,   GenerateContentPaidTierInputTokensPerModelPerMinute",
        "paid-2, -PaidTier2, paid_tier_2, GenerateContentPaidTier2InputTokensPerModelPerMinute",
        "paid-3, -PaidTier3, paid_tier_3, GenerateContentPaidTier3InputTokensPerModelPerMinute",
    })
    void errorsNameTheTierOfTheProject(String key, String suffix, String metric, String tokens) throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(0));
        simulator.addQuota(Quota.requestsPerDay(0));
        simulator.addQuota(Quota.inputTokensPerMinute(1));
        JsonNode violations = Raw.json(raw.generate(key, "m")).findValue("violations");
        assertThat(violations.findValuesAsText("quotaId"))
                .containsExactly(
                        "GenerateRequestsPerMinutePerProjectPerModel" + suffix,
                        "GenerateRequestsPerDayPerProjectPerModel" + suffix,
                        tokens);
        assertThat(violations.findValuesAsText("quotaMetric"))
                .containsExactly(
                        "generativelanguage.googleapis.com/generate_content_" + metric + "_requests",
                        "generativelanguage.googleapis.com/generate_content_" + metric + "_requests",
                        "generativelanguage.googleapis.com/generate_content_" + metric + "_input_token_count");
        violations = Raw.json(embed(key, 2)).findValue("violations");
        assertThat(violations.findValuesAsText("quotaId"))
                .hasSize(3)
                .allSatisfy(id -> assertThat(id).contains("PerUser").endsWith(suffix));
    }

    @Test
    void aPromptLargerThanTheLimitIsAlwaysRefused() throws Exception {
        simulator.addQuota(Quota.inputTokensPerMinute(1).model("gemma-4-31b-it"));
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> refused = raw.generate("paid", "gemma-4-31b-it");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Raw.json(refused).findValue("retryDelay").asText()).matches("[2-5][0-9]\\.[0-9]{9}s");
            clock.advance(java.time.Duration.ofMinutes(1));
        }
    }

    private static JsonNode recorded(String name) throws IOException {
        return new ObjectMapper().readTree(GeminiSimulator.class.getResourceAsStream("internal/wire/bodies/" + name));
    }
}
