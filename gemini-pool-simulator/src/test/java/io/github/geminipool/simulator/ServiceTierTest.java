package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentConfig;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inference tiers, in virtual time. */
class ServiceTierTest {
    private final ManualClock clock = new ManualClock("2026-11-24T12:00:10Z");
    private final GeminiSimulator simulator = GeminiSimulator.builder()
            .key("k1", k -> k.project("p1"))
            .key("k2", k -> k.project("p2"))
            .clock(clock)
            .start();
    private final Raw raw = new Raw(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    private HttpResponse<String> ask(String key, String verb, String tier) throws Exception {
        String body = Raw.PROMPT.replaceFirst("}$", ",\"serviceTier\":\"" + tier + "\"}");
        return raw.post("/v1beta/models/m:" + verb, key, body);
    }

    private static String served(HttpResponse<String> response) {
        return response.headers().firstValue("x-gemini-service-tier").orElse("none");
    }

    @ParameterizedTest
    @CsvSource({"flex, flex", "standard, standard", "priority, priority", "SERVICE_TIER_PRIORITY, priority"})
    void responsesNameTheServedTier(String asked, String served) throws Exception {
        for (String verb : new String[] {"generateContent", "streamGenerateContent?alt=sse"}) {
            HttpResponse<String> response = ask("k1", verb, asked);
            assertThat(served(response)).isEqualTo(served);
            assertThat(response.body()).containsPattern("\"serviceTier\" ?: ?\"" + served + "\"");
        }
    }

    @Test
    void everyResponseNamesATier() throws Exception {
        assertThat(served(raw.generate("k1", "m"))).isEqualTo("standard");
        assertThat(served(raw.get("/v1beta/models", "k1"))).isEqualTo("standard");
        assertThat(served(raw.post("/v1beta/models/m:generateContent", "k1", "{}")))
                .isEqualTo("standard");
        simulator.fault(Fault.when().respond(503));
        assertThat(served(ask("k1", "generateContent", "flex"))).isEqualTo("flex");
    }

    @ParameterizedTest
    @CsvSource({"503-high-demand.json, 503", "429-no-details.json, 429"})
    void flexMayHaveNoCapacityWhileStandardHas(String body, int status) throws Exception {
        simulator.fault(Fault.when().serviceTier(ServiceTier.FLEX).wire(body));
        assertThat(ask("k1", "generateContent", "flex").statusCode()).isEqualTo(status);
        assertThat(ask("k2", "streamGenerateContent", "flex").statusCode()).isEqualTo(status);
        assertThat(ask("k1", "generateContent", "priority").statusCode()).isEqualTo(200);
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(200);
    }

    @Test
    void priorityBeyondItsShareIsServedAsStandard() throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(10));
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            served.add(served(ask("k1", "generateContent", "priority")));
        }
        assertThat(served).containsExactly("priority", "priority", "priority", "standard", "standard");
        assertThat(ask("k1", "generateContent", "priority").body()).containsPattern("\"serviceTier\" ?: ?\"standard\"");
        assertThat(served(ask("k2", "generateContent", "priority"))).isEqualTo("priority");
        assertThat(simulator.quotaLeft("p1", "m").requestsPerMinute()).isEqualTo(4);
        clock.advance(Duration.ofMinutes(1));
        assertThat(served(ask("k1", "generateContent", "priority"))).isEqualTo("priority");
    }

    @Test
    void allTiersCountTowardsTheLimit() throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(4));
        for (String tier : new String[] {"flex", "priority", "priority", "standard"}) {
            assertThat(ask("k1", "generateContent", tier).statusCode()).isEqualTo(200);
        }
        for (String tier : new String[] {"flex", "priority", "standard"}) {
            assertThat(ask("k1", "generateContent", tier).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void priorityHasAShareOfTokensToo() throws Exception {
        simulator.addQuota(Quota.inputTokensPerMinute(13));
        assertThat(served(ask("k1", "generateContent", "priority"))).isEqualTo("priority");
        assertThat(served(ask("k1", "generateContent", "priority"))).isEqualTo("standard");
        assertThat(served(ask("k1", "generateContent", "flex"))).isEqualTo("flex");
    }

    @Test
    void theSdkSendsTheField() {
        GenerateContentConfig config = GenerateContentConfig.builder()
                .serviceTier(new com.google.genai.types.ServiceTier(com.google.genai.types.ServiceTier.Known.FLEX))
                .build();
        assertThat(Sdk.client(simulator, "k1")
                        .models
                        .generateContent("m", "Hi", config)
                        .text())
                .contains("Hi");
        assertThat(simulator.requests().get(0).serviceTier()).isEqualTo(ServiceTier.FLEX);
    }
}
