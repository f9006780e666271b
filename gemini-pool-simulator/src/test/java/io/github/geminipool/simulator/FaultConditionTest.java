package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a fault can be restricted to. */
class FaultConditionTest {
    private static final String CONTENTS = "\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b ->
            b.key("k1", k -> k.project("p1")).key("k1b", k -> k.project("p1")).key("k2", k -> k.project("p2")));

    private static HttpResponse<String> ask(GeminiSimulator simulator, String key, String more) throws Exception {
        return new Raw(simulator).post("/v1beta/models/m:generateContent", key, "{" + CONTENTS + more + "}");
    }

    private static String tools(String... names) {
        List<String> tools = new ArrayList<>();
        for (String name : names) {
            tools.add("{\"" + name + "\":{}}");
        }
        return ",\"tools\":[" + String.join(",", tools) + "]";
    }

    @Test
    void aUseCanBeRefusedForEverWhileOthersAreServed(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().project("p1").use(Use.GROUNDED).wire("429-help-only.json"));
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> refused = ask(simulator, i == 1 ? "k1b" : "k1", tools("google_search"));
            assertThat(refused.statusCode()).isEqualTo(429);
            JsonNode error = Raw.json(refused).path("error");
            assertThat(error.path("message").asText()).startsWith("You exceeded your current quota");
            assertThat(error.path("details")).hasSize(1);
            assertThat(error.path("details").get(0).path("@type").asText()).endsWith("google.rpc.Help");
            assertThat(ask(simulator, "k1", "").statusCode()).isEqualTo(200);
            assertThat(ask(simulator, "k1", tools("urlContext")).statusCode()).isEqualTo(200);
            assertThat(ask(simulator, "k2", tools("googleSearch")).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "googleSearch,            GROUNDED",
        "google_search_retrieval, GROUNDED",
        "googleMaps,              GROUNDED",
        "url_context,             URL_CONTEXT",
        "codeExecution,           CODE_EXECUTION",
        "fileSearch,              FILE_SEARCH",
        "functionDeclarations,    PLAIN",
    })
    void toolsAreUses(String tool, Use use, GeminiSimulator simulator) throws Exception {
        ask(simulator, "k1", tools(tool));
        assertThat(simulator.requests().get(0).uses()).containsExactly(use);
    }

    @Test
    void aRequestMayHaveSeveralUses(GeminiSimulator simulator) throws Exception {
        ask(simulator, "k1", tools("googleSearch", "urlContext"));
        assertThat(simulator.requests().get(0).uses()).containsExactlyInAnyOrder(Use.GROUNDED, Use.URL_CONTEXT);
        simulator.fault(Fault.when().use(Use.URL_CONTEXT).respond(503));
        simulator.fault(Fault.when().use(Use.PLAIN).respond(500));
        assertThat(ask(simulator, "k1", tools("googleSearch", "urlContext")).statusCode())
                .isEqualTo(503);
        assertThat(ask(simulator, "k1", tools("googleSearch")).statusCode()).isEqualTo(200);
        assertThat(ask(simulator, "k1", "").statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /v1beta/batches,                     BATCH",
        "POST, /v1beta/models/m:batchGenerateContent, BATCH",
        "POST, /v1beta/models/m:batchEmbedContents, EMBED",
        "POST, /v1beta/models/m:embedContent,       EMBED",
        "GET,  /v1beta/cachedContents,              CACHES",
        "GET,  /v1beta/files,                       FILES",
        "POST, /v1beta/models/m:predictLongRunning, PREDICT",
        "POST, /v1beta/interactions,                INTERACTIONS",
        "GET,  /v1beta/models,                      OTHER",
    })
    void operationsAreUses(String method, String path, Use use, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().use(use).first(1).wire("429-help-only.json"));
        Raw raw = new Raw(simulator);
        for (int status : new int[] {429, 200}) {
            HttpResponse<String> response = method.equals("GET")
                    ? raw.get(path, "k1")
                    : raw.post(path, "k1", "{\"model\":\"m\",\"input\":\"Hi\"}");
            assertThat(response.statusCode()).isEqualTo(status);
        }
        assertThat(simulator.requests().get(0).uses()).containsExactly(use);
    }

    @ParameterizedTest
    @CsvSource({
        "serviceTier,  flex,                  FLEX",
        "service_tier, flex,                  FLEX",
        "serviceTier,  SERVICE_TIER_PRIORITY, PRIORITY",
        "serviceTier,  standard,              STANDARD",
        "serviceTier,  nonsense,              STANDARD",
    })
    void tiersAreRead(String field, String value, ServiceTier tier, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().serviceTier(tier).respond(503));
        assertThat(ask(simulator, "k1", ",\"" + field + "\":\"" + value + "\"").statusCode())
                .isEqualTo(503);
        assertThat(ask(simulator, "k1", "").statusCode()).isEqualTo(tier == ServiceTier.STANDARD ? 503 : 200);
    }

    @Test
    void conditionsCombineWithAnyTestOfTheRequest(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when()
                .model("m")
                .where(request -> request.inputTokens() > 10)
                .after(1)
                .respond(500));
        String large = ",\"systemInstruction\":{\"parts\":[{\"text\":\"" + "x".repeat(80) + "\"}]}";
        assertThat(ask(simulator, "k1", large).statusCode()).isEqualTo(200);
        assertThat(ask(simulator, "k1", "").statusCode()).isEqualTo(200);
        assertThat(ask(simulator, "k1", large).statusCode()).isEqualTo(500);
    }

    @Test
    void conditionsHaveWordsOnTheCommandLine(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        raw.post(
                "/_simulator/faults",
                "",
                "{\"use\":\"url-context\",\"tier\":\"flex\",\"project\":\"p1\",\"wire\":\"429-no-details.json\"}");
        String flex = ",\"serviceTier\":\"flex\"" + tools("urlContext");
        assertThat(ask(simulator, "k1b", flex).statusCode()).isEqualTo(429);
        assertThat(ask(simulator, "k2", flex).statusCode()).isEqualTo(200);
        assertThat(ask(simulator, "k1", tools("urlContext")).statusCode()).isEqualTo(200);
        assertThat(ask(simulator, "k1", ",\"serviceTier\":\"flex\"").statusCode())
                .isEqualTo(200);
    }
}
