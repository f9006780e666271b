package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bodies of all requests share a memory. */
@Timeout(60)
class BodyMemoryTests {

    private static final String LARGE = image(700_000);

    /** What has arrived of a large body: only that takes memory, whatever was announced. */
    private static final int ARRIVED = 500_000;

    /** The simulator does not repeat an image. */
    private static String image(int length) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"},{\"inlineData\":"
                + "{\"mimeType\":\"image/png\",\"data\":\"" + "A".repeat(length) + "\"}}]}]}";
    }

    @TempDir
    private Path directory;

    private RunningGateway gateway(GeminiSimulator simulator) {
        return RunningGateway.withClients(
                simulator.baseUrl(),
                "--gateway.max-bodies-size=1400KB",
                "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    private static void awaitTaken(RunningGateway gateway, long bytes) {
        BodyMemory memory = gateway.bean(BodyMemory.class);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (memory.taken() != bytes && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(memory.taken()).isEqualTo(bytes);
    }

    /** Sends the first half of a request of alice's. */
    private static Socket half(RunningGateway gateway) throws IOException {
        Socket half = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        half.getOutputStream()
                .write(("POST " + generate() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "x-goog-api-key: " + ALICE + "\r\nContent-Length: " + LARGE.length() + "\r\n\r\n"
                                + LARGE.substring(0, ARRIVED))
                        .getBytes(StandardCharsets.UTF_8));
        awaitTaken(gateway, ARRIVED);
        return half;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1beta/models/gemini-flash-latest:generateContent | \"status\":\"UNAVAILABLE\"",
                "/openai/v1/chat/completions | \"code\":\"server_error\"",
                "/v1beta/interactions | \"code\":\"service_unavailable\""
            })
    void refusesWhatHasNoRoomBesideOthers(String path, String word) throws IOException {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = gateway(simulator);
                Socket half = half(gateway)) {
            HttpResponse<String> refused = gateway.send("POST", path, BOB, LARGE);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains(word);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(gateway.send("POST", generate(), BOB, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            half.getOutputStream().write(LARGE.substring(ARRIVED).getBytes(StandardCharsets.UTF_8));
            assertThat(new BufferedReader(new InputStreamReader(half.getInputStream(), StandardCharsets.UTF_8))
                            .readLine())
                    .contains("200");
            awaitTaken(gateway, 0);
            assertThat(gateway.send("POST", generate(), BOB, LARGE).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void isGivenBackHoweverARequestEnds() {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = gateway(simulator)) {
            String naming = "{\"cachedContent\":\"cachedContents/of-alice\",\"a\":\"" + "a".repeat(700_000) + "\"}";
            assertThat(gateway.send("POST", generate(), BOB, naming).statusCode())
                    .isEqualTo(403);
            assertThat(gateway.send("POST", generate(), BOB, LARGE.substring(1)).statusCode())
                    .isEqualTo(400);
            assertThat(gateway.send("POST", generate(), BOB, LARGE + LARGE).statusCode())
                    .isEqualTo(413);
            assertThat(gateway.send("POST", generate(), BOB, LARGE).statusCode())
                    .isEqualTo(200);
            awaitTaken(gateway, 0);
        }
    }

    @Test
    void aClientLeavesAsMuchFreeAsItTakes() throws IOException {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = gateway(simulator);
                Socket half = half(gateway)) {
            String more = image(300_000);
            assertThat(gateway.send("POST", generate(), ALICE, more).statusCode())
                    .isEqualTo(503);
            assertThat(gateway.send("POST", generate(), BOB, more).statusCode()).isEqualTo(200);
            assertThat(gateway.send("POST", generate(), ALICE, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            assertThat(half.isConnected()).isTrue();
        }
    }

    @Test
    void imagesMayStandWhereTheirAddressesMay() {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = gateway(simulator)) {
            String chat = "{\"model\":\"gemini-flash-latest\",\"messages\":[{\"role\":\"user\",\"content\":"
                    + "[{\"type\":\"image_url\",\"image_url\" : {\"url\" :  \"URL\"}}]}]}";
            String image = chat.replace("URL", "data:image/png;base64," + "A".repeat(600_000));
            assertThat(gateway.send("POST", "/openai/v1/chat/completions", BOB, image)
                            .statusCode())
                    .isEqualTo(200);
            String endless = chat.replace("URL", "https://example.com/" + "a".repeat(100_000));
            assertThat(gateway.send("POST", "/openai/v1/chat/completions", BOB, endless)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void responsesTakeTheSameMemory() throws IOException {
        String[] texts = {"a".repeat(500_000)};
        try (ScriptedGemini gemini = new ScriptedGemini(exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    byte[] body =
                            ("{\"name\":\"batches/1\",\"text\":\"" + texts[0] + "\"}").getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
                RunningGateway gateway = RunningGateway.withClients(
                        gemini.url(),
                        "--gateway.max-bodies-size=1400KB",
                        "--gateway.owners-file=" + directory.resolve("owners.txt"))) {
            String batch = "/v1beta/models/gemini-flash-latest:batchGenerateContent";
            assertThat(gateway.send("POST", batch, ALICE, "{}").statusCode()).isEqualTo(503);
            assertThat(gateway.send("POST", generate(), ALICE, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            texts[0] = "a".repeat(900_000);
            assertThat(gateway.send("POST", generate(), ALICE, prompt("Hi")).statusCode())
                    .isEqualTo(503);
            texts[0] = "a";
            assertThat(gateway.send("POST", batch, ALICE, "{}").statusCode()).isEqualTo(200);
            awaitTaken(gateway, 0);
        }
    }
}
