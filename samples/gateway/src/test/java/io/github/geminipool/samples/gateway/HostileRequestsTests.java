package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_TWO;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What programs send that are no SDK. */
@Timeout(120)
class HostileRequestsTests {

    private static final int REQUESTS = Integer.getInteger("gateway.hostile", 10_000);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final List<String> PATHS = List.of(
            "/v1beta/../actuator/geminipool",
            "/v1beta/%2e%2e/actuator/geminipool",
            "/v1beta/models/..%2f..%2factuator",
            "/v1beta/models/a%2F..%2F..%2Ffiles",
            "/v1beta//files",
            "//evil.example/v1beta/models",
            "/v1beta/./files",
            "/v1beta/models;a=b",
            "/v1beta\\models",
            "/v1beta/models%5c..",
            "/v1beta/models%00",
            "/v1beta/models%0d%0aX-Injected:1",
            "/v1beta/models%252e%252e",
            "/v1beta/models%3Fkey=x",
            "/v1beta/models%23",
            "/v1beta/mod\u00e9ls",
            "/v1beta/models#fragment",
            "http://evil.example/v1beta/models",
            "https://generativelanguage.googleapis.com/v1beta/models",
            "http:/v1beta/models",
            "evil.example:443",
            "*",
            "@evil.example/v1beta/models",
            "/@evil.example/v1beta/models",
            "/v2/models",
            "/v1beta2/models",
            "/v1beta",
            "/upload/models",
            "/upload/upload/v1beta/files",
            "/ws/evil.Service",
            "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
            "/openai/v2/models",
            "/v1beta/models?callback=x",
            "/v1beta/files?%24alt=proto",
            "/batch/v1beta",
            "/$discovery/rest");

    private static final List<String> HEADERS = List.of(
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: -1",
            "Content-Length: +5",
            "Content-Length: 5, 5",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding:\tchunked\r\nTransfer-Encoding: cow",
            "Host: evil.example\r\nHost: localhost",
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher",
            "Forwarded: host=evil.example",
            "X-HTTP-Method-Override: DELETE",
            "Connection: x-goog-api-key, Authorization",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: !",
            "Expect: 100-continue",
            "X-Original-URL: /actuator/geminipool\r\nX-Rewrite-URL: /actuator/geminipool",
            "X-Null: a\u0000b",
            "X-High: \u00ff\u00fe",
            " folded: header",
            "X-Folded: a\r\n b",
            ": empty",
            "No colon",
            "X-Large: " + "a".repeat(40_000),
            "Cookie: key=x",
            "X-Goog-User-Project: other");

    private static final List<String> METHODS = List.of(
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PRI", "get", "G\u0000T");

    /** The end of what is sent: a request that a careless server might take for the next one. */
    private static final String SMUGGLED =
            "0\r\n\r\nGET /v1beta/smuggled HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: " + ALICE + "\r\n\r\n";

    @Test
    void sendsNoKeyElsewhereAndLeavesNothingOpen(@TempDir Path directory) {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = RunningGateway.withClients(
                        simulator.baseUrl(),
                        "--gateway.wrong-token-delay=0ms",
                        "--gateway.owners-file=" + directory.resolve("owners"))) {
            int port = gateway.port();
            List<String> answers = IntStream.range(0, REQUESTS)
                    .parallel()
                    .mapToObj(i -> send(port, request(new Random(i))))
                    .toList();
            assertThat(answers)
                    .noneMatch(answer -> answer.contains(KEY_ONE) || answer.contains(KEY_TWO))
                    .noneMatch(answer -> answer.contains("\"keys\""))
                    .anyMatch(answer -> answer.startsWith("HTTP/1.1 400"))
                    .anyMatch(answer -> answer.startsWith("HTTP/1.1 404"));
            assertThat(gateway.send("POST", generate(), ALICE, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            assertThat(simulator.awaitInFlight(0, LONG)).isTrue();
            assertThat(gateway.pool().stats().active()).isZero();
            assertThat(simulator.requests())
                    .extracting(RequestRecord::path)
                    .allMatch(Pattern.compile("/(ws/[\\w.]+|(upload/)?v1(beta|alpha)?/[^.%\\\\;#]*)")
                            .asMatchPredicate());
            assertThat(simulator.requests())
                    .allSatisfy(request -> assertThat(request.credentials()).hasSize(1))
                    .allSatisfy(request -> assertThat(request.key()).isIn(KEY_ONE, KEY_TWO))
                    .allSatisfy(request -> assertThat(request.headers())
                            .doesNotContainKeys(
                                    "x-http-method-override", "x-forwarded-host", "forwarded", "http2-settings"));
        }
    }

    private static String request(Random random) {
        String path = random.nextInt(4) == 0 ? generate() : PATHS.get(random.nextInt(PATHS.size()));
        String token = random.nextBoolean() ? "x-goog-api-key: " + ALICE + "\r\n" : "";
        String header = HEADERS.get(random.nextInt(HEADERS.size()));
        boolean promisesBody = header.contains("Content-Length") || header.contains("Transfer-Encoding");
        return METHODS.get(random.nextInt(3) == 0 ? random.nextInt(METHODS.size()) : random.nextInt(2)) + " " + path
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + token
                + header
                + "\r\n\r\n"
                + (promisesBody || random.nextBoolean() ? SMUGGLED : "");
    }

    /** Sends a request and returns the beginning of what is answered. */
    private static String send(int port, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LONG.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] answer = in.readNBytes(12);
            int more = in.available();
            return new String(answer, StandardCharsets.ISO_8859_1)
                    + new String(in.readNBytes(Math.min(more, 4_096)), StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("No answer to " + request.substring(0, Math.min(300, request.length())), e);
        } catch (SocketException e) {
            return "closed";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
