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
import java.io.OutputStream;
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

    private static final String LARGE = prompt("a".repeat(700_000));

    /** What has arrived of a large body: only that takes memory, whatever was announced. */
    private static final int ARRIVED = 500_000;

    @TempDir
    private Path directory;

    private RunningGateway gateway(GeminiSimulator simulator) {
        return RunningGateway.withClients(
                simulator.baseUrl(),
                "--gateway.max-bodies-size=1MB",
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
                Socket half = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            OutputStream out = half.getOutputStream();
            out.write(("POST " + generate() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "x-goog-api-key: " + ALICE + "\r\nContent-Length: " + LARGE.length() + "\r\n\r\n"
                            + LARGE.substring(0, ARRIVED))
                    .getBytes(StandardCharsets.UTF_8));
            awaitTaken(gateway, ARRIVED);
            HttpResponse<String> refused = gateway.send("POST", path, BOB, LARGE);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains(word);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(gateway.send("POST", generate(), BOB, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            out.write(LARGE.substring(ARRIVED).getBytes(StandardCharsets.UTF_8));
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
}
