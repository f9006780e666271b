package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths in the shape of OpenAI's API. */
class OpenAiTest {
    private static final String BASE = "/v1beta/openai";
    private static final String CHAT = BASE + "/chat/completions";
    private static final String HELLO =
            "{\"model\":\"gemini-a\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION =
            GeminiSimulatorExtension.with(b -> b.key("k1", k -> k.project("p1"))
                    .key("k2", k -> k.project("p2"))
                    .models("gemini-a", "gemini-b", "gemini-embedding-b", "gemini-flash-latest"));

    private static HttpResponse<String> send(GeminiSimulator simulator, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return new Raw(simulator).send(request.build());
    }

    private static HttpResponse<String> ask(GeminiSimulator simulator, String key, String path, String body)
            throws Exception {
        return send(simulator, path, body, "Authorization", "Bearer " + key);
    }

    @Test
    void completesAChat(GeminiSimulator simulator) throws Exception {
        String body = HELLO.replace(
                "[{",
                "[{\"role\":\"system\",\"content\":\"Be brief\"},{\"role\":\"user\",\"content\":\"Before\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Yes\"},{");
        JsonNode answer = Raw.json(ask(simulator, "k1", CHAT, body));
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/content").asText())
                .contains("You wrote: \"Hello\"", "Before that, you wrote: \"Before\"");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/prompt_tokens").asLong()).isEqualTo(2 + 2 + 2 + 1);
        assertThat(answer.at("/usage/total_tokens").asLong())
                .isEqualTo(7 + answer.at("/usage/completion_tokens").asLong());
        RequestRecord request = simulator.requests().get(0);
        assertThat(request.model()).isEqualTo("gemini-a");
        assertThat(request.operation()).isEqualTo(Operation.OPENAI_CHAT);
        assertThat(request.key()).isEqualTo("k1");
        assertThat(request.credentials()).containsExactly("authorization");
        assertThat(request.headers()).doesNotContainKey("authorization");
    }

    @Test
    void streamsWithCumulativeUsage(GeminiSimulator simulator) throws Exception {
        HttpResponse<String> response = ask(simulator, "k1", CHAT, HELLO.replaceFirst("}$", ",\"stream\":true}"));
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        String[] events = response.body().strip().split("\n\n", -1);
        assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
        StringBuilder text = new StringBuilder();
        List<Long> usage = new ArrayList<>();
        JsonNode last = MissingNode.getInstance();
        for (int i = 0; i < events.length - 1; i++) {
            last = new ObjectMapper().readTree(events[i].substring("data: ".length()));
            text.append(last.at("/choices/0/delta/content").asText());
            usage.add(last.at("/usage/completion_tokens").asLong());
        }
        JsonNode whole = Raw.json(ask(simulator, "k1", CHAT, HELLO));
        assertThat(text.toString())
                .isEqualTo(whole.at("/choices/0/message/content").asText());
        assertThat(usage)
                .isSorted()
                .endsWith(whole.at("/usage/completion_tokens").asLong());
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(simulator.requests().get(0).streams()).isTrue();
    }

    @Test
    void callsFunctions(GeminiSimulator simulator) throws Exception {
        String body = HELLO.replace("Hello", "What is the stock of lamps")
                .replaceFirst(
                        "}$",
                        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"stock\",\"parameters\":"
                                + "{\"type\":\"object\",\"properties\":{\"item\":{\"type\":\"string\"}}}}}]}");
        JsonNode choice =
                Raw.json(ask(simulator, "k1", CHAT, body)).path("choices").get(0);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/tool_calls/0/function/arguments").asText())
                .isEqualTo("{\"item\":\"lamps\"}");
    }

    @Test
    void embedsAndCountsEachText(GeminiSimulator simulator) throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(5).model("gemini-embedding-b"));
        String path = BASE + "/embeddings";
        String body = "{\"model\":\"gemini-embedding-b\",\"input\":[\"a\",\"b\",\"a\"],\"dimensions\":16}";
        JsonNode data = Raw.json(ask(simulator, "k1", path, body)).path("data");
        assertThat(data).hasSize(3);
        assertThat(data.get(0).path("embedding"))
                .hasSize(16)
                .isEqualTo(data.get(2).path("embedding"));
        HttpResponse<String> refused = ask(simulator, "k1", path, body);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).startsWith("[{").contains("EmbedContentRequestsPerMinutePerUser");
        JsonNode one = Raw.json(
                ask(
                        simulator,
                        "k1",
                        path,
                        "{\"model\":\"models/gemini-embedding-b\",\"input\":\"a\",\"dimensions\":16,\"encoding_format\":\"base64\"}"));
        byte[] bytes = one.at("/data/0/embedding").binaryValue();
        float first = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getFloat();
        assertThat(first).isEqualTo(data.at("/0/embedding/0").floatValue());
        assertThat(simulator.quotaLeft("p1", "gemini-embedding-b").requestsPerMinute())
                .isEqualTo(1);
    }

    @Test
    void sharesTheModelsQuotaAndFaults(GeminiSimulator simulator) throws Exception {
        simulator.addQuota(Quota.requestsPerMinute(1));
        assertThat(ask(simulator, "k1", CHAT, HELLO).statusCode()).isEqualTo(200);
        assertThat(new Raw(simulator).generate("k1", "gemini-a").statusCode()).isEqualTo(429);
        assertThat(ask(simulator, "k1", CHAT, HELLO.replace("gemini-a", "gemini-b"))
                        .statusCode())
                .isEqualTo(200);
        simulator.fault(Fault.when().model("gemini-a").use(Use.PLAIN).respond(503));
        assertThat(ask(simulator, "k2", CHAT, HELLO).statusCode()).isEqualTo(503);
        assertThat(ask(simulator, "k2", CHAT, HELLO.replace("gemini-a", "gemini-b"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void streamsBreakLikeOthers(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().errorInStream(1, Framing.FRAMED, "503-high-demand.json"));
        String[] events = ask(simulator, "k1", CHAT, HELLO.replaceFirst("}$", ",\"stream\":true}"))
                .body()
                .strip()
                .split("\n\n", -1);
        assertThat(events).hasSize(2);
        assertThat(events[1]).startsWith("data: {").contains("high demand");
    }

    @Test
    void otherPathsAreSmall(GeminiSimulator simulator) throws Exception {
        assertThat(Raw.json(ask(simulator, "k1", BASE + "/models", "")).findValuesAsText("id"))
                .contains("models/gemini-a");
        assertThat(Raw.json(ask(simulator, "k1", BASE + "/models/gemini-a", ""))
                        .path("id")
                        .asText())
                .isEqualTo("models/gemini-a");
        assertThat(ask(simulator, "k1", BASE + "/models/gemini-z", "").statusCode())
                .isEqualTo(404);
        assertThat(Raw.json(ask(
                                simulator,
                                "k1",
                                BASE + "/images/generations",
                                "{\"model\":\"gemini-a\",\"prompt\":\"A sky\"}"))
                        .at("/data/0/b64_json")
                        .binaryValue())
                .isNotEmpty();
        assertThat(Raw.json(ask(simulator, "k1", BASE + "/files", "")).path("data"))
                .isEmpty();
        String batch = Raw.json(ask(simulator, "k1", BASE + "/batches", "{\"endpoint\":\"/v1/chat/completions\"}"))
                .path("id")
                .asText();
        assertThat(ask(simulator, "k1", BASE + "/batches/" + batch, "").statusCode())
                .isEqualTo(200);
        assertThat(ask(simulator, "k2", BASE + "/batches/" + batch, "").statusCode())
                .isEqualTo(404);
        assertThat(Raw.json(ask(simulator, "k1", BASE + "/batches", "")).path("data"))
                .hasSize(1);
        assertThat(ask(simulator, "k1", BASE + "/" + batch + "/cancel", "{}").statusCode())
                .isEqualTo(200);
        assertThat(ask(simulator, "k1", BASE + "/nonsense", "{}").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/openai", "/v1beta/openai", "/v1alpha/openai"})
    void modelsDependOnTheVersion(String base, GeminiSimulator simulator) throws Exception {
        HttpResponse<String> response =
                ask(simulator, "k1", base + "/chat/completions", HELLO.replace("gemini-a", "gemini-flash-latest"));
        assertThat(response.statusCode()).isEqualTo(base.startsWith("/v1/") ? 404 : 200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "Authorization: Bearer k1                                   ; -         ; 200",
                "authorization: bearer k1                                   ; -         ; 200",
                "x-goog-api-key: k1                                         ; -         ; 400: Missing or invalid",
                "Authorization: Token k1                                    ; -         ; 400: Missing or invalid",
                "-                                                          ; ?key=k1   ; 400: Missing or invalid",
                "-                                                          ; -         ; 404",
                "Authorization: Bearer k1 | x-goog-api-key: k1              ; -         ; 400: Multiple authentication",
                "Authorization: Bearer k1                                   ; ?key=k1   ; 400: Multiple authentication",
                "Authorization: Bearer k1 | OpenAI-Organization: org        ; -         ; 400: Multiple authentication",
                "Authorization: Bearer k1 | OpenAI-Project: project         ; -         ; 400: Multiple authentication",
                "Authorization: Bearer nonsense                             ; -         ; 400: API key not valid",
            })
    void takesExactlyOneBearerToken(String headers, String query, String expected, GeminiSimulator simulator)
            throws Exception {
        List<String> fields = new ArrayList<>();
        for (String header : headers == null ? new String[0] : headers.split(" \\| ", -1)) {
            fields.addAll(List.of(header.split(": ", 2)));
        }
        String path = CHAT + (query == null ? "" : query);
        HttpResponse<String> response = send(simulator, path, HELLO, fields.toArray(String[]::new));
        String[] parts = expected.split(": ", 2);
        assertThat(response.statusCode()).isEqualTo(Integer.parseInt(parts[0]));
        if (response.statusCode() != 200) {
            JsonNode error = Raw.json(response);
            assertThat(error.isArray()).isTrue();
            assertThat(error.at("/0/error/code").asInt()).isEqualTo(response.statusCode());
            assertThat(error.at("/0/error/message").asText()).contains(parts.length > 1 ? parts[1] : "");
        }
    }

    @Test
    void recordedErrorsAreInArrays(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().nth(1).respond(429));
        simulator.fault(Fault.when().nth(2).wire("429-no-details.array-wrapped.json"));
        simulator.fault(Fault.when().nth(3).wire("503-high-demand.json"));
        simulator.fault(Fault.when().nth(4).body(400, "{\"error\":{\"code\":400}}"));
        simulator.fault(Fault.when().nth(5).html());
        HttpResponse<String> made = ask(simulator, "k1", CHAT, HELLO);
        HttpResponse<String> recorded = ask(simulator, "k1", CHAT, HELLO);
        assertThat(Raw.json(made)).isEqualTo(Raw.json(recorded));
        assertThat(Raw.json(ask(simulator, "k1", CHAT, HELLO))
                        .at("/0/error/code")
                        .asInt())
                .isEqualTo(503);
        assertThat(ask(simulator, "k1", CHAT, HELLO).body()).startsWith("{");
        assertThat(ask(simulator, "k1", CHAT, HELLO).body()).startsWith("<");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "x-goog-api-key: k1                             ; ?key=k1          ; 400",
                "x-goog-api-key: k1 | x-goog-api-key: k1        ; -                ; 400",
                "x-goog-api-key: k1 | Authorization: Bearer k1  ; -                ; 400",
                "x-goog-api-key: k1                             ; ?access_token=t  ; 400",
                "Authorization: Bearer k1                       ; -                ; 401",
                "x-goog-api-key: k1 | OpenAI-Organization: org  ; -                ; 200",
                "x-goog-api-key: k1 | Cookie: a=b               ; -                ; 200",
            })
    void googlesPathsTakeExactlyOneKey(String headers, String query, int status, GeminiSimulator simulator)
            throws Exception {
        List<String> fields = new ArrayList<>();
        for (String header : headers.split(" \\| ", -1)) {
            fields.addAll(List.of(header.split(": ", 2)));
        }
        String path = "/v1beta/models/gemini-a:generateContent" + (query == null ? "" : query);
        HttpResponse<String> response = send(simulator, path, Raw.PROMPT, fields.toArray(String[]::new));
        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 400) {
            assertThat(Raw.json(response).path("error").path("message").asText())
                    .isEqualTo("Multiple authentication credentials received. Please pass only one.");
        }
        assertThat(simulator.requests().get(0).path()).doesNotContain("key=k", "token=t");
    }
}
