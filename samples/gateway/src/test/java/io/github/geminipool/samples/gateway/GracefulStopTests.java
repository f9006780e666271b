package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static io.github.geminipool.samples.gateway.RunningGateway.stream;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop lets streams end. */
@Timeout(60)
class GracefulStopTests {

    @Test
    void streamsEndAndNoOthersBegin() throws Exception {
        CountDownLatch isStopping = new CountDownLatch(1);
        try (ScriptedGemini gemini = new ScriptedGemini(exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"first\"}]}}]}\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
            try {
                isStopping.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write("data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        })) {
            RunningGateway gateway = RunningGateway.open(gemini.url());
            int port = gateway.port();
            HttpResponse<InputStream> response = HttpClient.newHttpClient()
                    .send(
                            gateway.request("POST", stream(), prompt("Hi")).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).contains("first");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::close);
            awaitRefusal(port);
            assertThat(stopped).isNotDone();
            isStopping.countDown();
            assertThat(lines.lines().toList()).anyMatch(line -> line.contains("STOP"));
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    private static void awaitRefusal(int port) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
            } catch (ConnectException e) {
                return;
            } catch (SocketException e) {
                // The gateway's socket was just being closed: the next connection shows.
            }
        }
        throw new AssertionError("The gateway still accepts connections");
    }
}
