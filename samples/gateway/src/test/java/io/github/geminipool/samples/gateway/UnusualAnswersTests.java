package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.github.geminipool.simulator.GeminiSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers and requests that no SDK of today sees or sends. */
@Timeout(60)
class UnusualAnswersTests {

    @TempDir
    private Path directory;

    private RunningGateway gateway(String baseUrl) {
        return RunningGateway.withClients(baseUrl, "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        boolean isUpload = path.contains("/upload/");
        String session = "https://generativelanguage.googleapis.com" + path + "?upload_id=of-alice&x=y";
        if (isUpload) {
            exchange.getResponseHeaders().set("Location", session);
            exchange.getResponseHeaders().set("X-Goog-Upload-Control-URL", session);
            exchange.getResponseHeaders().set("X-Goog-Upload-URL", "https://elsewhere.example/");
        }
        byte[] body = (isUpload ? "{}" : "data: {\"files\":[{\"name\":\"files/of-alice\"}]}\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", isUpload ? "application/json" : "text/event-stream");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void aListOfEventsIsNotShown() throws IOException {
        try (ScriptedGemini gemini = new ScriptedGemini(UnusualAnswersTests::answer);
                RunningGateway gateway = gateway(gemini.url())) {
            HttpResponse<String> list = gateway.send("GET", "/v1beta/files?alt=sse", BOB, null);
            assertThat(list.statusCode()).isEqualTo(502);
            assertThat(list.body()).doesNotContain("of-alice");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/behind/a/proxy"})
    void sessionsOfUploadsLeadBackByEachHeaderOrNotAtAll(String prefix) throws IOException {
        try (ScriptedGemini gemini = new ScriptedGemini(UnusualAnswersTests::answer);
                RunningGateway gateway = gateway(gemini.url() + prefix)) {
            HttpResponse<String> begun = gateway.send("POST", "/upload/v1beta/files?uploadType=resumable", ALICE, "{}");
            String session = gateway.url() + "/upload/v1beta/files?upload_id=of-alice&x=y";
            assertThat(begun.headers().firstValue("Location")).contains(session);
            assertThat(begun.headers().firstValue("X-Goog-Upload-Control-URL")).contains(session);
            assertThat(begun.headers().firstValue("X-Goog-Upload-URL")).isEmpty();
            String part = session.substring(gateway.url().length());
            assertThat(gateway.send("PUT", part, BOB, "a").statusCode()).isEqualTo(404);
            assertThat(gateway.send("PUT", part, ALICE, "a").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRequestThatNoLiveSessionCanBeginWithIsInvalid() throws IOException {
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = gateway(simulator.baseUrl());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream()
                    .write(("GET /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
                                    + " HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: " + ALICE
                                    + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine())
                    .contains(" 400 ");
        }
    }

    @Test
    void aShortPasswordOfTheOperatorIsRefused() {
        assertThatThrownBy(() -> RunningGateway.open("http://127.0.0.1:9", "--gateway.operator.password=short"))
                .hasStackTraceContaining("gateway.operator.password must have at least 12 characters")
                .hasStackTraceContaining("generated at each start");
    }
}
