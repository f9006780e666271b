package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The control paths. */
class ControlTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(
            b -> b.key("secret-1", k -> k.project("p1")).quota(Quota.requestsPerMinute(3)));

    @Test
    void showsTheLogWithoutSecrets(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        raw.generate("secret-1", "m");
        raw.generate("secret-x", "m");
        HttpResponse<String> log = raw.get("/_simulator/log", "");
        JsonNode requests = Raw.json(log).path("requests");
        assertThat(requests).hasSize(2);
        assertThat(requests.get(0).path("key").asText()).isEqualTo("Key #1");
        assertThat(requests.get(0).path("project").asText()).isEqualTo("p1");
        assertThat(requests.get(0).path("operation").asText()).isEqualTo("GENERATE_CONTENT");
        assertThat(requests.get(0).path("status").asInt()).isEqualTo(200);
        assertThat(requests.get(1).path("key").asText()).isEqualTo("unknown");
        assertThat(log.body()).doesNotContain("secret");
        raw.delete("/_simulator/log", "");
        assertThat(simulator.requests()).isEmpty();
    }

    @Test
    void showsCountsAndQuota(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        raw.generate("secret-1", "m");
        raw.generate("secret-1", "m");
        HttpResponse<String> response = raw.get("/_simulator/stats", "");
        JsonNode stats = Raw.json(response);
        assertThat(stats.path("requests").asInt()).isEqualTo(2);
        assertThat(stats.path("peakInFlight").asInt()).isEqualTo(1);
        assertThat(stats.path("inFlight").asInt()).isZero();
        assertThat(stats.path("openConnections").asInt()).isPositive();
        assertThat(stats.path("requestsByKey").path("Key #1").asInt()).isEqualTo(2);
        assertThat(stats.path("requestsByStatus").path("200").asInt()).isEqualTo(2);
        assertThat(stats.path("quotaLeft").get(0).path("requestsPerMinute").asInt())
                .isEqualTo(1);
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void changesKeysAndFaults(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        HttpResponse<String> changed = raw.post("/_simulator/keys/Key%20%231/state", "", "{\"state\":\"leaked\"}");
        assertThat(Raw.json(changed).path("keys").get(0).path("state").asText()).isEqualTo("LEAKED");
        assertThat(raw.generate("secret-1", "m").statusCode()).isEqualTo(403);
        raw.post("/_simulator/keys/1/state", "", "{\"state\":\"VALID\"}");
        raw.post("/_simulator/faults", "", "{\"key\":\"Key #1\",\"nth\":1,\"respond\":503}");
        assertThat(raw.generate("secret-1", "m").statusCode()).isEqualTo(503);
        raw.post("/_simulator/faults", "", "{\"respond\":500}");
        raw.delete("/_simulator/faults", "");
        assertThat(raw.generate("secret-1", "m").statusCode()).isEqualTo(200);
        raw.post("/_simulator/reset", "", "");
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void explainsErrors(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        assertThat(raw.post("/_simulator/keys/7/state", "", "{\"state\":\"VALID\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(raw.post("/_simulator/keys/1/state", "", "{\"state\":\"ODD\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(raw.post("/_simulator/faults", "", "{\"explode\":1}").body()).contains("explode");
        assertThat(raw.get("/_simulator/nothing", "").body()).contains("GET log");
    }
}
