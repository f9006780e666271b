package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of waiting requests need few threads. */
@Timeout(60)
class CapacityTest {
    private static final int MANY = 2_000;

    @Test
    void holdsThousandsWithoutThreads() throws Exception {
        try (GeminiSimulator simulator = GeminiSimulator.builder().key("k1").start()) {
            simulator.fault(Fault.when().whenInFlight(MANY));
            List<Socket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < MANY - 1; i++) {
                    sockets.add(ask(simulator));
                }
                assertThat(simulator.awaitInFlight(MANY - 1, Duration.ofSeconds(30)))
                        .isTrue();
                assertThat(simulatorThreads()).isLessThanOrEqualTo(18);
                assertThat(simulator.requests())
                        .hasSize(MANY - 1)
                        .allSatisfy(r -> assertThat(r.status()).isZero());
                sockets.add(ask(simulator));
                for (Socket socket : sockets) {
                    byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
                    assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
                }
                assertThat(simulator.inFlight()).isZero();
                assertThat(simulator.peakInFlight()).isEqualTo(MANY);
                assertThat(simulator.requestCount()).isEqualTo(MANY);
                assertThat(simulator.openConnections()).isEqualTo(MANY);
                assertThat(simulatorThreads()).isLessThanOrEqualTo(18);
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void latencyNeedsNoThreads() throws Exception {
        try (GeminiSimulator simulator = GeminiSimulator.builder()
                .key("k1")
                .latency(Latency.fixed(Duration.ofMillis(300)))
                .start()) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sockets.add(ask(simulator));
            }
            assertThat(simulator.awaitInFlight(100, Duration.ofSeconds(10))).isTrue();
            assertThat(simulatorThreads()).isLessThanOrEqualTo(18);
            for (Socket socket : sockets) {
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                socket.close();
            }
        }
    }

    private static Socket ask(GeminiSimulator simulator) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        String request = "POST /v1beta/models/m:generateContent HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: k1\r\n"
                + "Content-Length: " + Raw.PROMPT.length() + "\r\n\r\n" + Raw.PROMPT;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static long simulatorThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gemini-simulator"))
                .count();
    }
}
