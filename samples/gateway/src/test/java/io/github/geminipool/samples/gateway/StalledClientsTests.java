package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static io.github.geminipool.samples.gateway.RunningGateway.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not go on. */
@Timeout(90)
class StalledClientsTests {

    private static final int STREAM_BYTES = 64 << 20;
    private static final byte[] EVENT = ("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\""
                    + "a".repeat(32 * 1024) + "\"}]}}]}\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);

    private static final byte[] LAST =
            "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n".getBytes(StandardCharsets.UTF_8);

    /** How much each stream has written, in their order. */
    private final Queue<AtomicLong> streams = new ConcurrentLinkedQueue<>();

    private final CountDownLatch isCutOff = new CountDownLatch(1);
    private ScriptedGemini gemini;

    @BeforeEach
    void start() throws IOException {
        gemini = new ScriptedGemini(this::answer);
    }

    @AfterEach
    void stop() {
        gemini.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        AtomicLong written = new AtomicLong();
        streams.add(written);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (written.get() < STREAM_BYTES) {
                out.write(EVENT);
                written.addAndGet(EVENT.length);
            }
            out.write(LAST);
        } catch (IOException e) {
            isCutOff.countDown();
            throw e;
        }
    }

    private static Socket request(RunningGateway gateway, String target, int length, String body) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 * 1024);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.getOutputStream()
                .write(("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "X-Goog-Upload-Protocol: raw\r\nContent-Length: " + length + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String statusLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private static long readAll(RunningGateway gateway) throws IOException, InterruptedException {
        try (InputStream body = HttpClient.newHttpClient()
                .send(gateway.request("POST", stream(), prompt("Hi")).build(), BodyHandlers.ofInputStream())
                .body()) {
            return body.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Test
    void aStreamThatNobodyReadsIsNotKeptAndHoldsUpNobody() throws Exception {
        try (RunningGateway gateway = RunningGateway.open(gemini.url());
                Socket idle = request(gateway, stream(), prompt("Hi").length(), prompt("Hi"))) {
            assertThat(statusLine(idle)).contains("200");
            assertThat(readAll(gateway)).isGreaterThanOrEqualTo(STREAM_BYTES);
            // What the sockets between them hold.
            assertThat(streams.element()).hasValueLessThan(STREAM_BYTES / 2);
            assertThat(gateway.pool().stats().active()).isEqualTo(1);
        }
    }

    @Test
    void whoNeverReadsIsLetGo() throws Exception {
        try (RunningGateway gateway = RunningGateway.open(gemini.url(), "--gateway.stall-timeout=1s");
                Socket idle = request(gateway, stream(), prompt("Hi").length(), prompt("Hi"))) {
            assertThat(statusLine(idle)).contains("200");
            assertThat(isCutOff.await(30, TimeUnit.SECONDS)).isTrue();
            awaitNoneActive(gateway);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_000_000})
    void whoSendsNoMoreIsLetGo(int length) throws Exception {
        String target = length > 1_000 ? "/upload/v1beta/files" : generate();
        try (RunningGateway gateway = RunningGateway.open(gemini.url(), "--gateway.stall-timeout=1s");
                Socket idle = request(gateway, target, length, "{")) {
            assertThat(statusLine(idle)).contains("408");
            awaitNoneActive(gateway);
        }
    }

    @Test
    void whoWaitsForGeminiIsNotLetGo() throws Exception {
        try (ScriptedGemini slow = new ScriptedGemini(exchange -> {
                    assertThat(waitedTwoSeconds()).isTrue();
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
                RunningGateway gateway = RunningGateway.open(slow.url(), "--gateway.stall-timeout=500ms")) {
            HttpRequest upload = HttpRequest.newBuilder(URI.create(gateway.url() + "/upload/v1beta/files"))
                    .header("X-Goog-Upload-Protocol", "raw")
                    .POST(BodyPublishers.ofByteArray(new byte[STREAM_BYTES / 2]))
                    .build();
            assertThat(RunningGateway.send(upload).statusCode()).isEqualTo(200);
        }
    }

    private boolean waitedTwoSeconds() {
        try {
            return !isCutOff.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitNoneActive(RunningGateway gateway) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (gateway.pool().stats().active() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(gateway.pool().stats().active()).isZero();
    }
}
