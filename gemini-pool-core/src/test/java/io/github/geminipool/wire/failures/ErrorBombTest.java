package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.errors.ApiException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawRequest;
import io.github.geminipool.testing.SmallHeapJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sends a gibibyte compressed to a mebibyte of gzip as an error, as an error in a response, and as a stream. A JVM with a
 * heap of 64 MB survives it and serves the next call.
 */
@Tag("alone")
class ErrorBombTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};
    private static final int MEBIBYTES = 1024;
    private static final String ERROR = "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"No. ";

    @Test
    @Timeout(120)
    void aGibibyteDoesNotExhaustASmallHeap() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread bombs = new Thread(() -> serve(server), "bombs");
            bombs.setDaemon(true);
            bombs.start();
            String output = SmallHeapJvm.ofMebibytes(64).run(Caller.class, "http://127.0.0.1:" + server.getLocalPort());
            assertThat(output.lines().filter(line -> line.startsWith("> ")))
                    .as(output)
                    .containsExactly(
                            "> error-429 429",
                            "> error-403 403",
                            "> error-500 500",
                            "> error-200 429",
                            "> stream 500",
                            "> whole fine");
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                answer(RawRequest.read(client.getInputStream()), client.getOutputStream());
            } catch (IOException e) {
                // The client has read enough.
            }
        }
    }

    private static void answer(String request, OutputStream out) throws IOException {
        if (request.contains("models/whole")) {
            String fine = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"fine\"}]}}]}";
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + fine)
                    .getBytes(StandardCharsets.US_ASCII));
            return;
        }
        boolean stream = request.contains("models/stream");
        int at = request.indexOf("error-");
        String status = stream ? "200" : request.substring(at + 6, at + 9);
        out.write(("HTTP/1.1 " + status + " X\r\nContent-Type: " + (stream ? "text/event-stream" : "application/json")
                        + "\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(GZIP_HEADER);
        out.write(deflated(ERROR.getBytes(StandardCharsets.US_ASCII)));
        byte[] mebibyte = deflated(new byte[1 << 20]);
        for (int i = 0; i < MEBIBYTES; i++) {
            out.write(mebibyte);
        }
    }

    /** Returns a compressed block that can be appended to any others. */
    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(plain);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[8_192];
        int count = deflater.deflate(some, 0, some.length, Deflater.FULL_FLUSH);
        while (count > 0) {
            all.write(some, 0, count);
            count = deflater.deflate(some, 0, some.length, Deflater.FULL_FLUSH);
        }
        deflater.end();
        return all.toByteArray();
    }

    /** The main class of the JVM with the small heap. */
    static final class Caller {

        private Caller() {}

        /** Requests each bomb of the server at the URL in the first argument, then a valid response. */
        public static void main(String[] args) {
            try (GeminiPool pool = GeminiPool.builder()
                    .key(KEY)
                    .settings(GeminiPoolSettings.DEFAULTS
                            .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))
                            .withBaseUrl(URI.create(args[0])))
                    .build()) {
                for (String model : List.of("error-429", "error-403", "error-500", "error-200", "stream", "whole")) {
                    System.out.println("> " + model + " " + outcome(pool, model));
                }
            }
        }

        private static String outcome(GeminiPool pool, String model) {
            try {
                if (model.equals("stream")) {
                    pool.client()
                            .models
                            .generateContentStream(model, "Hi", null)
                            .close();
                    return "a stream";
                }
                GenerateContentResponse response = pool.client().models.generateContent(model, "Hi", null);
                return String.valueOf(response.text());
            } catch (ApiException e) {
                return String.valueOf(e.code());
            }
        }
    }
}
