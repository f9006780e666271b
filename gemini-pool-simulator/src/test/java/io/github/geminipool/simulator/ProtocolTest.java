package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Details of the protocol that the SDK hides. */
class ProtocolTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b ->
            b.key("k1", k -> k.project("p1")).key("k2", k -> k.project("p2")).models("gemini-a", "gemini-embedding-b"));

    @Test
    void eventsAreFramedAsGooglesAre(GeminiSimulator simulator) throws Exception {
        HttpResponse<String> stream = new Raw(simulator).stream("k1", "gemini-a");
        assertThat(stream.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(stream.body()).startsWith("data: {\"candidates\"").endsWith("}\r\n\r\n");
    }

    @Test
    void streamWithoutSseIsAnArray(GeminiSimulator simulator) throws Exception {
        HttpResponse<String> stream =
                new Raw(simulator).post("/v1beta/models/gemini-a:streamGenerateContent", "k1", Raw.PROMPT);
        JsonNode events = Raw.json(stream);
        assertThat(events.isArray()).isTrue();
        assertThat(events.get(events.size() - 1).findValue("finishReason").asText())
                .isEqualTo("STOP");
    }

    @Test
    void otherModelsAreNotFound(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        HttpResponse<String> missing = raw.generate("k1", "gemini-z");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body())
                .contains(
                        "models/gemini-z is not found for API version v1beta, or is not supported for generateContent");
        JsonNode models = Raw.json(raw.get("/v1beta/models", "k1")).path("models");
        assertThat(models.findValuesAsText("name")).containsExactly("models/gemini-a", "models/gemini-embedding-b");
    }

    @Test
    void streamsPauseBetweenEvents() throws Exception {
        try (GeminiSimulator slow = GeminiSimulator.builder()
                .key("k1")
                .streamGap(Latency.fixed(Duration.ofMillis(10)))
                .start()) {
            long start = System.nanoTime();
            int events = new Raw(slow).stream("k1", "m").body().split("\r\n\r\n").length;
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(10L * (events - 1)));
        }
    }

    @Test
    void logKeepsTheLatestAndCountsAll() throws Exception {
        try (GeminiSimulator brief =
                GeminiSimulator.builder().key("k1").logLimit(2).start()) {
            Raw raw = new Raw(brief);
            for (int i = 0; i < 3; i++) {
                raw.generate("k1", "m");
            }
            assertThat(brief.requests()).extracting(RequestRecord::sequence).containsExactly(2L, 3L);
            assertThat(brief.requestCount()).isEqualTo(3);
            brief.resetLog();
            assertThat(brief.requests()).isEmpty();
        }
    }

    @Test
    void listensOnLoopbackOnly(GeminiSimulator simulator) throws Exception {
        for (var network : java.util.Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
            for (var address : java.util.Collections.list(network.getInetAddresses())) {
                if (!address.isLoopbackAddress()) {
                    assertThatThrownBy(() -> new java.net.Socket(address, simulator.port()).close())
                            .isInstanceOf(java.io.IOException.class);
                }
            }
        }
    }

    @Test
    void nonsenseIsRejected(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        assertThat(raw.post("/v1beta/models/gemini-a:generateContent", "k1", "{broken")
                        .statusCode())
                .isEqualTo(400);
        assertThat(raw.post("/v1beta/models/gemini-a:generateContent", "k1", "{}")
                        .body())
                .contains("contents is not specified");
        assertThat(raw.get("/v1beta/interactions", "k1").statusCode()).isEqualTo(404);
        assertThat(simulator.requests().get(2).operation()).isEqualTo(Operation.OTHER);
    }

    @Test
    void uploadBelongsToTheProjectThatStartedIt(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        HttpResponse<String> started = raw.send(raw.request("/upload/v1beta/files", "k1")
                .header("X-Goog-Upload-Command", "start")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build());
        String url = started.headers().firstValue("X-Goog-Upload-URL").orElseThrow();
        String path = url.substring(simulator.baseUrl().length());
        assertThat(part(raw, path, "k2", "upload, finalize", 0).statusCode()).isEqualTo(403);
        HttpResponse<String> gap = part(raw, path, "k1", "upload", 7);
        assertThat(gap.statusCode()).isEqualTo(400);
        HttpResponse<String> first = part(raw, path, "k1", "upload", 0);
        assertThat(first.headers().firstValue("X-Goog-Upload-Status")).contains("active");
        HttpResponse<String> asked = part(raw, path, "k1", "query", 0);
        assertThat(asked.headers().firstValue("X-Goog-Upload-Size-Received")).contains("4");
        HttpResponse<String> last = part(raw, path, "k1", "upload, finalize", 4);
        assertThat(last.headers().firstValue("X-Goog-Upload-Status")).contains("final");
        JsonNode file = Raw.json(last).path("file");
        assertThat(file.path("sizeBytes").asText()).isEqualTo("8");
        assertThat(new String(
                        java.util.Base64.getDecoder()
                                .decode(file.path("sha256Hash").asText()),
                        java.nio.charset.StandardCharsets.US_ASCII))
                .matches("[0-9a-f]{64}");
        assertThat(part(raw, path, "k1", "query", 0).statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> part(Raw raw, String path, String key, String command, int offset)
            throws Exception {
        return raw.send(raw.request(path, key)
                .header("X-Goog-Upload-Command", command)
                .header("X-Goog-Upload-Offset", Integer.toString(offset))
                .POST(HttpRequest.BodyPublishers.ofString("query".equals(command) ? "" : "data"))
                .build());
    }
}
