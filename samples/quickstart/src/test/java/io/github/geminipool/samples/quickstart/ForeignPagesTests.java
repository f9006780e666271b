package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a browser on this machine sends for the pages of other sites spends no quota and reads nothing. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "gemini.pool.keys=")
class ForeignPagesTests {

    @Autowired
    private GeminiSimulator simulator;

    private int port;
    private int before;

    @BeforeEach
    void start(@LocalServerPort int localPort) {
        port = localPort;
        before = simulator.requests().size();
    }

    /** Sends a request with exactly these headers, which a HTTP client would not do, and returns the whole response. */
    private String send(String line, String host, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + String.join("", headers) + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String own() {
        return "localhost:" + port;
    }

    private static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }

    private void assertNothingSpent() {
        assertThat(simulator.requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example\r\n",
                "Origin: null\r\n",
                "Origin: http://localhost:1\r\n",
                "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
                "Sec-Fetch-Site: same-site\r\n",
                "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
            })
    void aForeignPageSpendsNothing(String headers) throws IOException {
        assertThat(status(send("GET /ask?prompt=Hi", own(), headers))).isEqualTo(403);
        assertThat(status(send("GET /stream?prompt=Hi", own(), headers))).isEqualTo(403);
        assertThat(status(send("POST /chat/1?prompt=Hi", own(), headers, "Content-Length: 0\r\n")))
                .isEqualTo(403);
        assertThat(status(send("GET /actuator/geminipool", own(), headers))).isEqualTo(403);
        assertThat(status(send("DELETE /actuator/geminipool", own(), headers))).isEqualTo(403);
        assertNothingSpent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example:8080", "127.0.0.1.evil.example", ""})
    void aForeignNameOfThisMachineIsRefused(String host) throws IOException {
        assertThat(status(send("GET /actuator/geminipool", host))).isEqualTo(421);
        assertThat(status(send("GET /", host))).isEqualTo(421);
        assertThat(status(send("GET /ask?prompt=Hi", host, "Sec-Fetch-Site: same-origin\r\n")))
                .isEqualTo(421);
        assertNothingSpent();
    }

    @ParameterizedTest
    @CsvSource({"localhost", "LOCALHOST", "127.0.0.1", "[::1]"})
    void ownPagesAreServed(String name) throws IOException {
        String host = name + ":" + port;
        assertThat(status(send("GET /ask?prompt=Hi", host, "Sec-Fetch-Site: same-origin\r\n")))
                .isEqualTo(200);
        assertThat(status(send(
                        "POST /chat/1?prompt=Hi", host, "Origin: http://" + host + "\r\n", "Content-Length: 0\r\n")))
                .isEqualTo(200);
        assertThat(status(send("GET /actuator/geminipool", host))).isEqualTo(200);
        assertThat(status(send("GET /ask?prompt=Hi", name))).isEqualTo(200);
    }

    @Test
    void aLinkMayLeadToThePage() throws IOException {
        String link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n";
        assertThat(status(send("GET /", own(), link))).isEqualTo(200);
        assertThat(status(send("GET /dashboard.html", own(), link))).isEqualTo(200);
    }

    @Test
    void nothingMayBeFramed() throws IOException {
        for (String line : new String[] {"GET /", "GET /dashboard.html", "GET /actuator/geminipool", "GET /nothing"}) {
            assertThat(send(line, own()).toLowerCase(Locale.ROOT))
                    .as(line)
                    .contains("x-frame-options: deny", "content-security-policy: frame-ancestors 'none'");
        }
    }
}
