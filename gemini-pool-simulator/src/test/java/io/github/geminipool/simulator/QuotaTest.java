package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quotas, in virtual time. */
class QuotaTest {
    private final ManualClock clock = new ManualClock("2026-11-24T12:00:10.5Z");

    private GeminiSimulator simulator(Quota... quotas) {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder()
                .key("a1", k -> k.project("a"))
                .key("a2", k -> k.project("a"))
                .key("b1", k -> k.project("b"))
                .clock(clock);
        List.of(quotas).forEach(builder::quota);
        return builder.start();
    }

    @Test
    void requestsPerMinuteAreRollingAndPerProject() throws Exception {
        try (GeminiSimulator simulator = simulator(Quota.requestsPerMinute(2))) {
            Raw raw = new Raw(simulator);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            clock.advance(Duration.ofSeconds(10));
            assertThat(raw.generate("a2", "m").statusCode()).isEqualTo(200);
            clock.advance(Duration.ofSeconds(10));
            HttpResponse<String> refused = raw.generate("a1", "m");
            assertThat(refused.statusCode()).isEqualTo(429);
            JsonNode violation = violations(refused).get(0);
            assertThat(violation.path("quotaId").asText())
                    .isEqualTo("GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
            assertThat(violation.path("quotaValue").asText()).isEqualTo("2");
            assertThat(violation.path("quotaDimensions").path("model").asText()).isEqualTo("m");
            assertThat(retryDelay(refused)).isEqualTo("40s");
            assertThat(Raw.json(refused).path("error").path("message").asText())
                    .contains("limit: 2, model: m\nPlease retry in 40s.");
            assertThat(raw.generate("b1", "m").statusCode()).isEqualTo(200);
            assertThat(raw.generate("a1", "other").statusCode()).isEqualTo(200);

            clock.advance(Duration.ofSeconds(40).minusNanos(1));
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(429);
            clock.advance(Duration.ofNanos(1));
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(429);
            assertThat(simulator.quotaLeft("a", "m").requestsPerMinute()).isZero();
            assertThat(simulator.quotaLeft("b", "m").requestsPerMinute()).isEqualTo(1);
        }
    }

    @Test
    void fixedWindowsResetAtOnce() throws Exception {
        try (GeminiSimulator simulator =
                simulator(Quota.requestsPerMinute(1).fixedWindow().tier(UsageTier.PAID_3))) {
            Raw raw = new Raw(simulator);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = raw.generate("a1", "m");
            assertThat(retryDelay(refused)).isEqualTo("49.500000000s");
            assertThat(violations(refused).get(0).path("quotaId").asText())
                    .isEqualTo("GenerateRequestsPerMinutePerProjectPerModel-PaidTier3");
            clock.set("2026-11-24T12:01:00Z");
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void inputTokensAreCounted() throws Exception {
        try (GeminiSimulator simulator = simulator(Quota.inputTokensPerMinute(5))) {
            Raw raw = new Raw(simulator);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            assertThat(simulator.quotaLeft("a", "m").inputTokensPerMinute()).isEqualTo(3);
            assertThat(raw.stream("a1", "m").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = raw.generate("a1", "m");
            assertThat(violations(refused).get(0).path("quotaId").asText())
                    .isEqualTo("GenerateContentInputTokensPerModelPerMinute-FreeTier");
            assertThat(retryDelay(refused)).isEqualTo("60s");
            assertThat(simulator.quotaLeft("a", "m").requestsPerMinute()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void daysEndAtMidnightInLosAngelesDespiteTheHint() throws Exception {
        try (GeminiSimulator simulator = simulator(Quota.requestsPerDay(1))) {
            Raw raw = new Raw(simulator);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = raw.generate("a1", "m");
            assertThat(violations(refused).get(0).path("quotaId").asText())
                    .isEqualTo("GenerateRequestsPerDayPerProjectPerModel-FreeTier");
            double hint = Double.parseDouble(retryDelay(refused).replace("s", ""));
            assertThat(hint).isBetween(20.0, 60.0);
            clock.set("2026-11-25T07:59:59.999Z");
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(429);
            clock.set("2026-11-25T08:00:00Z");
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            assertThat(simulator.quotaLeft("a", "m").requestsPerDay()).isZero();
        }
    }

    @Test
    void limitOfZeroHasNoQuotaValue() throws Exception {
        try (GeminiSimulator simulator = simulator(
                Quota.requestsPerMinute(0).model("m"), Quota.requestsPerDay(0).model("m"))) {
            HttpResponse<String> refused = new Raw(simulator).generate("a1", "m");
            assertThat(violations(refused))
                    .hasSize(2)
                    .allSatisfy(v -> assertThat(v.has("quotaValue")).isFalse());
            assertThat(refused.body()).contains("limit: 0, model: m");
            assertThat(new Raw(simulator).generate("a1", "other").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void appliesOnlyToTheNamedProjectAndModel() throws Exception {
        try (GeminiSimulator simulator =
                simulator(Quota.requestsPerMinute(1).project("a").model("m"))) {
            Raw raw = new Raw(simulator);
            List<Integer> statuses = new ArrayList<>();
            for (String key : List.of("a1", "a1", "b1", "b1")) {
                statuses.add(raw.generate(key, "m").statusCode());
            }
            assertThat(statuses).containsExactly(200, 429, 200, 200);
        }
    }

    @Test
    void rejectedRequestsUseNothing() throws Exception {
        try (GeminiSimulator simulator = simulator(Quota.requestsPerMinute(1))) {
            Raw raw = new Raw(simulator);
            simulator.fault(Fault.when().first(1).respond(503));
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(503);
            assertThat(raw.post("/v1beta/models/m:generateContent", "a1", "{}").statusCode())
                    .isEqualTo(400);
            assertThat(raw.get("/v1beta/models/m", "a1").statusCode()).isEqualTo(200);
            assertThat(raw.post("/v1beta/models/m:countTokens", "a1", Raw.PROMPT)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(simulator.quotaLeft("a", "m").requestsPerMinute()).isEqualTo(1);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void canBeChangedAtRunTime() throws Exception {
        try (GeminiSimulator simulator = simulator()) {
            Raw raw = new Raw(simulator);
            simulator.addQuota(Quota.requestsPerMinute(1));
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(429);
            simulator.removeQuotas();
            assertThat(raw.generate("a1", "m").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void filesAndCachesExpireByTheSameClock() throws Exception {
        try (GeminiSimulator simulator = simulator()) {
            Raw raw = new Raw(simulator);
            HttpResponse<String> cache = raw.post(
                    "/v1beta/cachedContents", "a1", "{\"model\":\"models/m\",\"ttl\":\"300s\",\"contents\":[]}");
            String name = Raw.json(cache).path("name").asText();
            clock.advance(Duration.ofSeconds(299));
            assertThat(raw.get("/v1beta/" + name, "a2").statusCode()).isEqualTo(200);
            clock.advance(Duration.ofSeconds(1));
            assertThat(raw.get("/v1beta/" + name, "a2").statusCode()).isEqualTo(403);
        }
    }

    private static JsonNode violations(HttpResponse<String> refused) throws Exception {
        return Raw.json(refused).path("error").path("details").path(1).path("violations");
    }

    private static String retryDelay(HttpResponse<String> refused) throws Exception {
        return Raw.json(refused)
                .path("error")
                .path("details")
                .path(2)
                .path("retryDelay")
                .asText();
    }
}
