package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.ResponseStream;
import com.google.genai.errors.ServerException;
import com.google.genai.types.GenerateContentResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All kinds of faults. */
@Timeout(30)
class FaultTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION =
            GeminiSimulatorExtension.with(b -> b.key("k1").key("k2").seed(7));

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 403, 404, 429, 499, 500, 502, 503, 504})
    void respondsWithGooglesBody(int status, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().respond(status));
        HttpResponse<String> response = new Raw(simulator).generate("k1", "m");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Raw.json(response).path("error").path("code").asInt()).isEqualTo(status);
        assertThat(response.body()).doesNotContain("${");
        assertThat(simulator.requests().get(0).status()).isEqualTo(status);
    }

    @Test
    void respondsWithRecordedAndCustomBodies(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        simulator.fault(Fault.when().nth(1).wire("429-free-rpd-with-36s-retrydelay.json"));
        simulator.fault(Fault.when().nth(2).body(418, "{\"tea\":true}"));
        simulator.fault(Fault.when().nth(3).html());
        HttpResponse<String> recorded = raw.generate("k1", "gemini-x");
        assertThat(recorded.statusCode()).isEqualTo(429);
        assertThat(Raw.json(recorded).findValue("quotaDimensions").path("model").asText())
                .isEqualTo("gemini-x");
        assertThat(raw.generate("k1", "m").body()).isEqualTo("{\"tea\":true}");
        HttpResponse<String> page = raw.generate("k1", "m");
        assertThat(page.body()).contains("automated queries");
        assertThat(page.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThatThrownBy(() -> simulator.fault(Fault.when().wire("418-teapot.json")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void appliesOnlyToMatchingRequests(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        simulator.fault(Fault.when().key("k1").model("m").respond(500));
        simulator.fault(Fault.when().operation(Operation.LIST_MODELS).respond(504));
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(500);
        assertThat(raw.generate("k2", "m").statusCode()).isEqualTo(200);
        assertThat(raw.generate("k1", "other").statusCode()).isEqualTo(200);
        assertThat(raw.get("/v1beta/models", "k2").statusCode()).isEqualTo(504);
        simulator.clearFaults();
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(200);
    }

    @Test
    void countsMatchingRequests(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        simulator.fault(Fault.when().first(2).respond(500));
        simulator.fault(Fault.when().nth(2).respond(503));
        simulator.fault(Fault.when().nth(3).respond(503));
        simulator.fault(Fault.when().after(4).respond(504));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            statuses.add(raw.generate("k1", "m").statusCode());
        }
        assertThat(statuses).containsExactly(500, 500, 503, 200, 504);
    }

    @Test
    void probabilitiesAreSeeded(GeminiSimulator simulator) throws Exception {
        List<Integer> first = byChance(simulator);
        simulator.reset();
        assertThat(byChance(simulator)).isEqualTo(first);
        assertThat(first).contains(200, 503);
    }

    private static List<Integer> byChance(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        simulator.fault(Fault.when().probability(0.5).respond(503));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            statuses.add(raw.generate("k1", "m").statusCode());
        }
        return statuses;
    }

    @Test
    void resetsTheConnection(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().reset());
        assertThatThrownBy(() -> exchange(simulator))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThat(simulator.requests())
                .singleElement()
                .satisfies(r -> assertThat(r.status()).isZero());
        assertThat(simulator.inFlight()).isZero();
    }

    @Test
    void resetsTheConnectionAfterHeaders(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().resetAfterHeaders());
        StringBuilder seen = new StringBuilder();
        assertThatThrownBy(() -> exchange(simulator, seen))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThat(seen.toString()).startsWith("HTTP/1.1 200").doesNotContain("candidates");
        assertThat(simulator.requests().get(0).status()).isEqualTo(200);
    }

    @Test
    void truncatesBodies(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().truncateBody());
        String seen = exchange(simulator);
        int promised = Integer.parseInt(seen.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
        String body = seen.substring(seen.indexOf("\r\n\r\n") + 4);
        assertThat(body).startsWith("{").hasSize(promised / 2);
        assertThatThrownBy(() -> new Raw(simulator).generate("k1", "m")).isInstanceOf(IOException.class);
    }

    @Test
    void cutsStreams(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().cutStreamAfter(2));
        assertThat(new Raw(simulator).generate("k1", "m").statusCode()).isEqualTo(200);
        List<GenerateContentResponse> events = new ArrayList<>();
        assertThatThrownBy(() -> {
                    try (ResponseStream<GenerateContentResponse> stream =
                            Sdk.client(simulator, "k1").models.generateContentStream("m", "Hi", null)) {
                        stream.forEach(events::add);
                    }
                })
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(events).hasSizeLessThanOrEqualTo(2);
        assertThat(simulator.inFlight()).isZero();
    }

    @Test
    void sendsFramedErrorsInStreams(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().errorInStream(2, Framing.FRAMED, "503-high-demand.json"));
        String body = new Raw(simulator).stream("k1", "m").body();
        String[] events = body.split("\r\n\r\n");
        assertThat(events).hasSize(3).allSatisfy(event -> assertThat(event).startsWith("data: {"));
        assertThat(events[2]).contains("high demand").doesNotContain("\n");
        assertThatThrownBy(() -> {
                    try (ResponseStream<GenerateContentResponse> stream =
                            Sdk.client(simulator, "k1").models.generateContentStream("m", "Hi", null)) {
                        stream.forEach(event -> {});
                    }
                })
                .isInstanceOf(ServerException.class);
    }

    @Test
    void sendsBareErrorsInStreams(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().errorInStream(1, Framing.BARE, "{\"error\":{\"code\":500}}"));
        String body = new Raw(simulator).stream("k1", "m").body();
        assertThat(body.split("\r\n\r\n")).hasSize(2);
        assertThat(body).endsWith("}\r\n\r\n{\"error\":{\"code\":500}}\n");
    }

    @Test
    void hangsUntilTheClientDisconnects(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().hang());
        int others = simulator.openConnections();
        try (Socket socket = connect(simulator)) {
            assertThat(simulator.awaitInFlight(1, Duration.ofSeconds(5))).isTrue();
            socket.setSoTimeout(50);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(java.net.SocketTimeoutException.class);
            assertThat(simulator.requests().get(0).status()).isZero();
        }
        assertThat(eventuallyIdle(simulator, others)).isTrue();
    }

    @Test
    void noticesThatAHeldClientDisconnects(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().first(1).delay(Latency.fixed(Duration.ofHours(1))));
        simulator.fault(Fault.when().first(2).whenInFlight(3));
        int others = simulator.openConnections();
        try (Socket delayed = connect(simulator);
                Socket barred = connect(simulator)) {
            assertThat(simulator.awaitInFlight(2, Duration.ofSeconds(5))).isTrue();
            assertThat(delayed.isConnected() && barred.isConnected()).isTrue();
        }
        assertThat(eventuallyIdle(simulator, others)).isTrue();
        assertThat(simulator.requests()).extracting(RequestRecord::status).containsExactly(0, 0);
        assertThat(new Raw(simulator).generate("k1", "m").statusCode()).isEqualTo(200);
    }

    /** With its own simulator: connections left open by other tests would close while it counts. */
    @Test
    void connectionIsReusedAfterAHeldResponse() throws Exception {
        try (GeminiSimulator own = GeminiSimulator.builder().key("k1").start()) {
            own.fault(Fault.when().delay(Latency.fixed(Duration.ofMillis(2))));
            Raw raw = new Raw(own);
            for (int i = 0; i < 50; i++) {
                assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(200);
                assertThat(own.openConnections()).isEqualTo(1);
            }
        }
    }

    private static boolean eventuallyIdle(GeminiSimulator simulator, int others) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (simulator.inFlight() > 0 || simulator.openConnections() > others) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void delaysThenFails(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().delay(Latency.fixed(Duration.ofMillis(60))));
        simulator.fault(Fault.when().respond(503));
        long start = System.nanoTime();
        assertThat(new Raw(simulator).generate("k1", "m").statusCode()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
    }

    @Test
    void holdsRequestsUntilEnoughAreInFlight(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().whenInFlight(3));
        Raw raw = new Raw(simulator);
        CompletableFuture<HttpResponse<String>> first = raw.generateAsync("k1", "m");
        CompletableFuture<HttpResponse<String>> second = raw.generateAsync("k2", "m");
        assertThat(simulator.awaitInFlight(2, Duration.ofSeconds(5))).isTrue();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(simulator.requests()).extracting(RequestRecord::status).containsExactly(0, 0);
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(200);
        assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(second.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(simulator.peakInFlight()).isEqualTo(3);
        assertThat(simulator.inFlight()).isZero();

        CompletableFuture<HttpResponse<String>> again = raw.generateAsync("k1", "m");
        assertThat(simulator.awaitInFlight(1, Duration.ofSeconds(5))).isTrue();
        assertThat(again).isNotDone();
        simulator.clearFaults();
        assertThat(again.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    private static Socket connect(GeminiSimulator simulator) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        String request = "POST /v1beta/models/m:generateContent HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: k1\r\n"
                + "Content-Length: " + Raw.PROMPT.length() + "\r\n\r\n" + Raw.PROMPT;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String exchange(GeminiSimulator simulator) throws IOException {
        StringBuilder seen = new StringBuilder();
        exchange(simulator, seen);
        return seen.toString();
    }

    private static void exchange(GeminiSimulator simulator, StringBuilder seen) throws IOException {
        try (Socket socket = connect(simulator)) {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                seen.append((char) next);
            }
        }
    }
}
