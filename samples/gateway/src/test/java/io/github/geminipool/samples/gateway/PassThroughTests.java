package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_TWO;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static io.github.geminipool.samples.gateway.RunningGateway.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.Cut;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and responses pass as they are. */
@Timeout(60)
class PassThroughTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static GeminiSimulator simulator;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        simulator = RunningGateway.simulator();
        gateway = RunningGateway.open(simulator.baseUrl(), "--gemini.pool.acquire-timeout=1s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        simulator.close();
    }

    @BeforeEach
    void reset() {
        simulator.reset();
        gateway.pool().reset();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(simulator.awaitInFlight(0, LONG)).isTrue();
        long end = System.nanoTime() + LONG.toNanos();
        while (gateway.pool().stats().active() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(gateway.pool().stats().active()).isZero();
    }

    private static RequestRecord last() {
        List<RequestRecord> requests = simulator.requests();
        return requests.get(requests.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta", "v1alpha"})
    void passesEachVersion(String version) {
        HttpResponse<String> response = gateway.send("GET", "/" + version + "/models/gemini-2.5-flash", "any", null);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(last().path()).isEqualTo("/" + version + "/models/gemini-2.5-flash");
        assertThat(last().credentials()).containsExactly("x-goog-api-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1beta/openai", "/openai/v1"})
    void passesOpenAiPaths(String base) {
        HttpRequest request = gateway.request(
                        "POST",
                        base + "/chat/completions",
                        "{\"model\":\"gemini-flash-latest\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                .header("Authorization", "Bearer any")
                .header("OpenAI-Organization", "mine")
                .build();
        assertThat(RunningGateway.send(request).body()).contains("chat.completion");
        assertThat(last().path()).isEqualTo("/v1beta/openai/chat/completions");
        assertThat(last().credentials()).containsExactly("authorization");
    }

    @Test
    void sendsNoCredentialOfTheClientOn() {
        HttpRequest request = gateway.request(
                        "POST", generate() + "?key=a-token&%24key=b&$key=a-token&prettyPrint=true", prompt("Hi"))
                .header("x-goog-api-key", "a-token")
                .header("Authorization", "Bearer a-token")
                .header("Cookie", "session=a-token")
                .build();
        assertThat(RunningGateway.send(request).statusCode()).isEqualTo(200);
        assertThat(last().path()).isEqualTo(generate() + "?prettyPrint=true");
        assertThat(last().headers().toString()).doesNotContain("a-token");
        assertThat(last().key()).isIn(KEY_ONE, KEY_TWO);
    }

    @Test
    void passesWhatDescribesTheCallAndNoHopByHopHeaders() throws IOException {
        String body = prompt("Hi");
        String response = raw("POST " + generate() + " HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Connection: close, X-Private\r\n"
                + "X-Private: 1\r\n"
                + "Keep-Alive: 5\r\n"
                + "TE: trailers\r\n"
                + "X-Goog-Quota-User: me\r\n"
                + "X-Client-IP: 10.0.0.1\r\n"
                + "User-Agent: mine/1\r\n"
                + "x-goog-api-client: gl-node/22\r\n"
                + "X-Server-Timeout: 30\r\n"
                + "traceparent:"
                + " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                + "Content-Type:"
                + " application/json\r\n"
                + "Content-Length:"
                + " " + body.length() + "\r\n\r\n" + body);
        assertThat(response).startsWith("HTTP/1.1 200").doesNotContain("Keep-Alive:");
        assertThat(last().headers())
                .containsEntry("user-agent", "mine/1")
                .containsEntry("x-goog-api-client", "gl-node/22")
                .containsEntry("x-server-timeout", "30")
                .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .doesNotContainKeys("x-private", "keep-alive", "te", "x-goog-quota-user", "x-client-ip");
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", gateway.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void passesErrorsAsGeminiMadeThem() {
        simulator.fault(Fault.when().wire("400-input-too-long.json"));
        HttpResponse<String> response = gateway.send("POST", generate(), "any", prompt("Hi"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("input token count").contains("INVALID_ARGUMENT");
    }

    @Test
    void tellsKeyAttemptsAndWhenToTryAgain() {
        simulator.keyState(KEY_ONE, KeyState.INVALID);
        simulator.keyState(KEY_TWO, KeyState.VALID);
        HttpResponse<String> response = gateway.send("POST", generate(), "any", prompt("Hi"));
        assertThat(response.headers().firstValue("x-gemini-pool-key")).hasValue("two");
        simulator.addQuota(Quota.requestsPerMinute(1));
        HttpResponse<String> refused = response;
        for (int i = 0; i < 3 && refused.statusCode() == 200; i++) {
            refused = RunningGateway.send(
                    gateway.request("POST", generate(), prompt("Hi")).build());
        }
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9]\\d*");
    }

    @Test
    void streamsAsTheyCome() throws Exception {
        CountDownLatch isRead = new CountDownLatch(1);
        CountDownLatch isWritten = new CountDownLatch(1);
        try (ScriptedGemini gemini = new ScriptedGemini(exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream out = exchange.getResponseBody();
                    out.write("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    await(isRead);
                    out.write("data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
                    out.close();
                    isWritten.countDown();
                });
                RunningGateway own = RunningGateway.open(gemini.url())) {
            HttpRequest request = own.request("POST", stream(), prompt("Hi")).build();
            HttpResponse<InputStream> response =
                    java.net.http.HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
            BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).contains("\"a\"");
            assertThat(isWritten.getCount()).isOne();
            isRead.countDown();
            assertThat(lines.lines().toList()).anyMatch(line -> line.contains("STOP"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatGoesAwayEndsItsCall(boolean inMidStream) throws IOException {
        simulator.fault(
                inMidStream
                        ? Fault.when().cutStreamAfter(1, Cut.HANG)
                        : Fault.when().hang());
        String body = prompt("Hi");
        try (Socket socket = new Socket("localhost", gateway.port())) {
            socket.getOutputStream()
                    .write(("POST " + stream() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            if (inMidStream) {
                assertThat(socket.getInputStream().read()).isPositive();
            }
            assertThat(simulator.awaitInFlight(1, LONG)).isTrue();
        }
        assertThat(simulator.awaitInFlight(0, LONG)).isTrue();
        assertThat(simulator.requestCount()).isOne();
    }

    /** Often, because a response that was completed beside the cut looked complete to one client of three. */
    @RepeatedTest(50)
    void cutsAStreamThatGeminiCuts() throws IOException {
        simulator.fault(Fault.when().cutStreamAfter(1));
        String body = prompt("Hi");
        String response = raw("POST " + stream() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(response).contains("data: ").doesNotEndWith("\r\n0\r\n\r\n");
    }

    @Test
    void tellsThatThePoolHasEndedACall() {
        simulator.fault(Fault.when().hang());
        try (RunningGateway own = RunningGateway.open(simulator.baseUrl(), "--gemini.pool.http.call-timeout=500ms")) {
            assertThat(own.send("POST", generate(), "any", prompt("Hi")).statusCode())
                    .isEqualTo(504);
        }
    }

    @Test
    void uploadsComeBackToTheGatewayAndNeedNoKey() {
        simulator.keyState(KEY_ONE, KeyState.INVALID);
        HttpResponse<String> begun = RunningGateway.send(
                gateway.request("POST", "/upload/v1beta/files", "{\"file\":{\"displayName\":\"poem\"}}")
                        .header("x-goog-api-key", "any")
                        .header("X-Goog-Upload-Protocol", "resumable")
                        .header("X-Goog-Upload-Command", "start")
                        .header("X-Goog-Upload-Header-Content-Type", "text/plain")
                        .build());
        String session = begun.headers().firstValue("X-Goog-Upload-URL").orElseThrow();
        assertThat(session).startsWith(gateway.url() + "/upload/v1beta/files?upload_id=");
        simulator.keyState(KEY_ONE, KeyState.VALID);
        HttpResponse<String> ended = RunningGateway.send(HttpRequest.newBuilder(URI.create(session))
                .header("X-Goog-Upload-Command", "upload, finalize")
                .header("X-Goog-Upload-Offset", "0")
                .POST(BodyPublishers.ofByteArray(new byte[3_000_000]))
                .build());
        assertThat(ended.statusCode()).isEqualTo(200);
        assertThat(ended.body()).contains("\"3000000\"");
        assertThat(last().operation()).isEqualTo(Operation.UPLOAD_CHUNK);
        assertThat(last().key()).isEqualTo(KEY_TWO);
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        try (RunningGateway own = RunningGateway.open(simulator.baseUrl(), "--gateway.max-body-size=1KB")) {
            assertThat(own.send("POST", generate(), "any", prompt("x".repeat(2_000)))
                            .statusCode())
                    .isEqualTo(413);
        }
        assertThat(simulator.requestCount()).isZero();
    }
}
