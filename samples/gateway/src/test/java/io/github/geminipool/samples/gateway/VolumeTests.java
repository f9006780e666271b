package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static io.github.geminipool.samples.gateway.RunningGateway.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in a process of its own, with a heap of 256 MB. */
@Tag("slow")
@Timeout(120)
class VolumeTests {

    private static final int STREAMS = 1_000;
    private static final int SENDERS = 40;
    private static final int LARGE_PARTS = 16;
    private static final long UPLOAD_BYTES = Long.getLong("gateway.upload.bytes", 400_000_000);
    private static final String FIRST =
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"first\"}]}}]}\r\n\r\n";
    private static final String LAST = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n";

    @TempDir
    private Path directory;

    private final CountDownLatch areAllOpen = new CountDownLatch(1);
    private final AtomicLong uploaded = new AtomicLong();
    private ScriptedGemini gemini;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws IOException {
        gemini = new ScriptedGemini(this::answer);
        gateway = GatewayProcess.start(
                gemini.url(),
                List.of("-XX:TieredStopAtLevel=1"),
                "--gateway.clients[0].name=alice",
                "--gateway.clients[0].token=" + ALICE,
                "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    @AfterEach
    void stop() {
        gateway.close();
        gemini.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().startsWith("/upload/")) {
            uploaded.addAndGet(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()));
            exchange.getResponseHeaders().set("X-Goog-Upload-Status", "final");
            byte[] file = "{\"file\":{\"name\":\"files/a\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, file.length);
            exchange.getResponseBody().write(file);
            exchange.close();
            return;
        }
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.write(FIRST.getBytes(StandardCharsets.UTF_8));
        out.flush();
        try {
            areAllOpen.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        out.write(LAST.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private Socket request(String head, String body) throws IOException {
        Socket socket = gateway.connect();
        socket.getOutputStream()
                .write((head + " HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: " + ALICE + "\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int c = in.read();
            assertThat(c).as("%s", read).isNotNegative();
            read.append((char) c);
        }
        return read.toString();
    }

    @Test
    void aThousandStreamsAtOnce() throws IOException {
        String body = prompt("Hi");
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            sockets.add(request(
                    "POST " + stream(),
                    "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
        }
        for (Socket socket : sockets) {
            assertThat(readUntil(socket.getInputStream(), "first")).startsWith("HTTP/1.1 200");
        }
        areAllOpen.countDown();
        for (Socket socket : sockets) {
            assertThat(readUntil(socket.getInputStream(), "\r\n0\r\n\r\n")).contains("STOP");
            socket.close();
        }
        assertThat(gateway.isAlive()).isTrue();
    }

    /** Sends a body with an image of many megabytes; returns the status. */
    private int sendLarge() throws IOException {
        String start = "{\"contents\":[{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"";
        String end = "\"}}]}]}";
        byte[] part = "A".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        int length = start.length() + LARGE_PARTS * part.length + end.length();
        try (Socket socket = request(
                "POST " + generate(),
                "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + start)) {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < LARGE_PARTS; i++) {
                out.write(part);
            }
            out.write(end.getBytes(StandardCharsets.UTF_8));
            String status = readUntil(socket.getInputStream(), "\r\n");
            return Integer.parseInt(status.split(" ", 3)[1]);
        }
    }

    @Test
    void manyLargeBodiesAtOnce() throws Exception {
        areAllOpen.countDown();
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        try {
            List<Future<Integer>> sent = threads.invokeAll(Collections.nCopies(SENDERS, this::sendLarge));
            Set<Integer> statuses = new HashSet<>();
            for (Future<Integer> each : sent) {
                statuses.add(each.get());
            }
            assertThat(statuses).contains(200).isSubsetOf(200, 503);
        } finally {
            threads.shutdownNow();
        }
        assertThat(sendLarge()).isEqualTo(200);
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void anUploadThatIsLargerThanTheHeap() throws IOException {
        byte[] part = new byte[1 << 20];
        Arrays.fill(part, (byte) 'a');
        try (Socket socket = request(
                "POST /upload/v1beta/files",
                "X-Goog-Upload-Protocol: raw\r\nContent-Length: " + UPLOAD_BYTES + "\r\n\r\n")) {
            for (long sent = 0; sent < UPLOAD_BYTES; sent += part.length) {
                socket.getOutputStream().write(part, 0, (int) Math.min(part.length, UPLOAD_BYTES - sent));
            }
            assertThat(readUntil(socket.getInputStream(), "files/a")).startsWith("HTTP/1.1 200");
        }
        assertThat(uploaded).hasValue(UPLOAD_BYTES);
        assertThat(gateway.isAlive()).isTrue();
    }
}
