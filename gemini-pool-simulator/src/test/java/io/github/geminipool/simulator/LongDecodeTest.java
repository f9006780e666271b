package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ServerException;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers in several hops. */
@Timeout(30)
class LongDecodeTest {
    private static final String MODEL = "gemini-4-argon";
    private static final String PATH = "/v1beta/models/" + MODEL + ":generateContent";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION =
            GeminiSimulatorExtension.with(b -> b.key("k1", k -> k.project("p1"))
                    .key("k1b", k -> k.project("p1"))
                    .key("k2", k -> k.project("p2"))
                    .longDecode(LongDecode.of(MODEL, 3))
                    .longDecode(LongDecode.of("thinker", 4).emptyHops(1, 3)));

    private static String body(String token, String more) {
        return Raw.PROMPT.replaceFirst(
                "}$", (token.isEmpty() ? "" : ",\"continuationToken\":\"" + token + "\"") + more + "}");
    }

    private static JsonNode hop(GeminiSimulator simulator, String key, String token) throws Exception {
        HttpResponse<String> response = new Raw(simulator).post(PATH, key, body(token, ""));
        assertThat(response.statusCode()).isEqualTo(200);
        return Raw.json(response);
    }

    private static JsonNode candidate(JsonNode response) {
        return response.path("candidates").get(0);
    }

    private static String token(JsonNode response) {
        return candidate(response).path("continuationToken").asText();
    }

    private static String text(JsonNode response) {
        return candidate(response)
                .path("content")
                .path("parts")
                .path(0)
                .path("text")
                .asText();
    }

    private static long promptTokens(JsonNode response) {
        return response.path("usageMetadata").path("promptTokenCount").asLong();
    }

    private static String whole(GeminiSimulator simulator) throws Exception {
        JsonNode plain = Raw.json(new Raw(simulator).generate("k1", "plain"));
        return text(plain).replace("plain", MODEL);
    }

    @Test
    void hopsGoOnWithTheToken(GeminiSimulator simulator) throws Exception {
        simulator.addQuota(Quota.inputTokensPerMinute(1000).model(MODEL));
        JsonNode first = hop(simulator, "k1", "");
        JsonNode second = hop(simulator, "k1b", token(first));
        JsonNode third = hop(simulator, "k1", token(second));
        assertThat(candidate(first).path("finishReason").asText()).isEqualTo("CONTINUATION");
        assertThat(candidate(second).path("finishReason").asText()).isEqualTo("CONTINUATION");
        assertThat(candidate(third).path("finishReason").asText()).isEqualTo("STOP");
        assertThat(candidate(third).has("continuationToken")).isFalse();
        assertThat(List.of(text(first), text(second), text(third))).doesNotContain("");
        assertThat(text(first) + text(second) + text(third)).isEqualTo(whole(simulator));
        assertThat(promptTokens(first)).isEqualTo(2);
        assertThat(promptTokens(second)).isGreaterThan(promptTokens(first) + 5);
        assertThat(promptTokens(third)).isGreaterThan(promptTokens(second) + 5);
        assertThat(simulator.quotaLeft("p1", MODEL).inputTokensPerMinute())
                .isEqualTo(1000 - promptTokens(first) - promptTokens(second) - promptTokens(third));
        assertThat(simulator.requests()).extracting(RequestRecord::hop).startsWith(1, 2, 3);
        assertThat(hop(simulator, "k1", token(first)).path("candidates")).isEqualTo(second.path("candidates"));
    }

    @Test
    void tokensAreBoundToProjectModelAndPrompt(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        String token = token(hop(simulator, "k1", ""));
        assertThat(raw.post(PATH, "k2", body(token, "")).statusCode()).isEqualTo(400);
        assertThat(raw.post(PATH.replace(MODEL, "thinker"), "k1", body(token, ""))
                        .statusCode())
                .isEqualTo(400);
        assertThat(raw.post(PATH, "k1", body(token, "").replace("Hello", "Bye")).statusCode())
                .isEqualTo(400);
        assertThat(raw.post(PATH, "k1", body("bm9uc2Vuc2U=", "")).body()).contains("Invalid continuation token");
        assertThat(raw.post(PATH, "k1", body("%%%", "")).statusCode()).isEqualTo(400);
    }

    @Test
    void hopsMayOnlyThink(GeminiSimulator simulator) throws Exception {
        List<JsonNode> hops = new ArrayList<>();
        String token = "";
        for (int i = 0; i < 4; i++) {
            hops.add(Raw.json(new Raw(simulator).post(PATH.replace(MODEL, "thinker"), "k1", body(token, ""))));
            token = token(hops.get(i));
        }
        assertThat(hops).extracting(LongDecodeTest::text).satisfies(texts -> {
            assertThat(texts.get(0)).isEmpty();
            assertThat(texts.get(1)).isNotEmpty();
            assertThat(texts.get(2)).isEmpty();
            assertThat(texts.get(3)).isNotEmpty();
        });
        assertThat(candidate(hops.get(0)).path("content").has("parts")).isFalse();
        assertThat(hops.get(0).path("usageMetadata").path("thoughtsTokenCount").asInt())
                .isEqualTo(64);
        assertThat(promptTokens(hops.get(1))).isEqualTo(promptTokens(hops.get(0)) + 64);
    }

    @Test
    void theBudgetIsForAllHops(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        String whole = whole(simulator);
        String first = token(hop(simulator, "k1", ""));
        JsonNode cut = Raw.json(raw.post(PATH, "k1", body(first, ",\"generationConfig\":{\"maxOutputTokens\":14}")));
        assertThat(candidate(cut).path("finishReason").asText()).isEqualTo("MAX_TOKENS");
        JsonNode rest = hop(simulator, "k1", token(cut));
        assertThat(whole).startsWith(text(hop(simulator, "k1", "")) + text(cut) + text(rest));
        assertThat(text(hop(simulator, "k1", "")) + text(cut)).hasSize(14 * 4);
    }

    @Test
    void plainUnaryCallsHaveAShorterLimit(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        String large = ",\"generationConfig\":{\"maxOutputTokens\":32769}";
        assertThat(raw.post(PATH, "k1", body("", large)).statusCode()).isEqualTo(400);
        assertThat(raw.post(PATH, "k1", body("", large.replace("69", "68"))).statusCode())
                .isEqualTo(200);
        assertThat(raw.post(PATH.replace(":gen", ":streamGen"), "k1", body("", large))
                        .statusCode())
                .isEqualTo(200);
        GenerateContentConfig config =
                GenerateContentConfig.builder().maxOutputTokens(60_000).build();
        assertThat(Sdk.client(simulator, "k1")
                        .models
                        .generateContent(MODEL, "Hi", config)
                        .text())
                .contains("Hi");
    }

    @Test
    void theSdkJoinsTheHops(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        String plain = client.models.generateContent("plain", "Hi", null).text();
        GenerateContentResponse joined = client.models.generateContent(MODEL, "Hi", null);
        assertThat(joined.text()).isEqualTo(plain.replace("plain", MODEL));
        assertThat(joined.finishReason().knownEnum()).isEqualTo(FinishReason.Known.STOP);
        assertThat(client.models.generateContent("thinker", "Hi", null).text())
                .isEqualTo(plain.replace("plain", "thinker"));
        assertThat(simulator.requests()).extracting(RequestRecord::hop).containsExactly(1, 1, 2, 3, 1, 2, 3, 4);
    }

    @Test
    void theSdkStreamsTheHops(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        String plain = client.models.generateContent("plain", "Hi", null).text();
        assertThat(streamed(client, MODEL)).isEqualTo(plain.replace("plain", MODEL));
        assertThat(streamed(client, "thinker")).isEqualTo(plain.replace("plain", "thinker"));
        assertThat(simulator.requests()).extracting(RequestRecord::hop).containsExactly(1, 1, 2, 3, 1, 2, 3, 4);
    }

    private static String streamed(Client client, String model) {
        StringBuilder text = new StringBuilder();
        try (ResponseStream<GenerateContentResponse> stream = client.models.generateContentStream(model, "Hi", null)) {
            stream.forEach(event -> text.append(event.text() == null ? "" : event.text()));
        }
        return text.toString();
    }

    @Test
    void aCutStreamGoesOnFromItsCheckpoint(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        String whole = streamed(client, MODEL);
        simulator.fault(Fault.when().hop(2).first(2).cutStreamAfter(3));
        simulator.fault(Fault.when().hop(3).first(1).errorInStream(2, Framing.BARE, "503-high-demand.json"));
        assertThat(streamed(client, MODEL)).isEqualTo(whole);
        assertThat(simulator.requests()).extracting(RequestRecord::hop).endsWith(1, 2, 2, 2, 3, 3);
    }

    @Test
    void aHopMayFail(GeminiSimulator simulator) {
        simulator.fault(Fault.when().hop(2).first(1).respond(503));
        Client client = Sdk.client(simulator, "k1");
        assertThatThrownBy(() -> client.models.generateContent(MODEL, "Hi", null))
                .isInstanceOf(ServerException.class);
        assertThat(client.models.generateContent(MODEL, "Hi", null).text()).contains("Hi");
    }

    @Test
    void aTokenMayLeadToItself(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().model(MODEL).first(5).repeatContinuation());
        JsonNode first = hop(simulator, "k1", "");
        String token = token(first);
        assertThat(candidate(first).path("finishReason").asText()).isEqualTo("CONTINUATION");
        for (int i = 0; i < 4; i++) {
            assertThat(token(hop(simulator, "k1", token))).isEqualTo(token);
        }
        assertThat(text(hop(simulator, "k1", token))).isNotEmpty();
    }
}
