package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.CAROL;
import static io.github.geminipool.samples.gateway.RunningGateway.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that may use certain models gets no others, however it asks. */
@Timeout(60)
class ModelLimitsTests {

    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String OTHER = "{\"model\":\"gemini-pro-latest\",\"messages\":[]}";

    @TempDir
    private static Path directory;

    private static GeminiSimulator simulator;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        simulator = RunningGateway.simulator();
        gateway = RunningGateway.withClients(
                simulator.baseUrl(),
                "--gateway.clients[0].models=" + MODEL,
                "--gateway.clients[2].models=" + MODEL,
                "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        simulator.close();
    }

    @BeforeEach
    void resetLog() {
        simulator.resetLog();
    }

    private static int post(String token, @Nullable String type, String encoding, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + CHAT))
                .header("Authorization", "Bearer " + token)
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        return RunningGateway.send(request.build()).statusCode();
    }

    private static int post(String token, @Nullable String type, String body) {
        return post(token, type, "identity", body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json",
                "application/vnd.api+json",
                "application/json; charset=utf-7",
                "application/json; charset=utf-8; charset=utf-16",
                "application/json; =",
                "text/plain",
                "''"
            })
    void typesHideNoModel(String type) {
        for (String token : new String[] {ALICE, CAROL}) {
            assertThat(post(token, type.isEmpty() ? null : type, " " + OTHER)).isBetween(400, 499);
        }
        assertThat(simulator.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'gemini-pro-latest','model':'gemini-flash-latest'}",
                "{'model':'gemini-pro-latest','mo_del':'gemini-flash-latest'}",
                "{'\\u006dodel':'gemini-pro-latest'}"
            })
    void bodiesHideNoModel(String body) {
        for (String token : new String[] {ALICE, CAROL}) {
            assertThat(post(token, "application/json", body.replace('\'', '"'))).isBetween(400, 499);
        }
        assertThat(simulator.requests()).isEmpty();
    }

    @Test
    void compressionHidesNoModel() {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(OTHER.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(post(CAROL, "application/json", "gzip", compressed.toByteArray()))
                .isEqualTo(400);
        assertThat(simulator.requests()).isEmpty();
    }

    @Test
    void largeFormsHideNoModel() {
        String form = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n"
                + "a".repeat(2_000_000)
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngemini-pro-latest\r\n--b--\r\n";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + "/openai/v1/images/edits"))
                .header("Authorization", "Bearer " + ALICE)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form));
        assertThat(RunningGateway.send(request.build()).statusCode()).isBetween(400, 499);
        assertThat(simulator.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"models/gemini-pro-latest,1008", "models/" + MODEL + ",0"})
    void liveSessionsHideNoModel(String model, int refusal) throws Exception {
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                ended.complete(0);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                ended.complete(0);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                ended.complete(status);
                return null;
            }
        };
        String path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("x-goog-api-key", ALICE)
                .buildAsync(URI.create(gateway.url().replace("http", "ws") + path), listener)
                .get(20, TimeUnit.SECONDS);
        socket.sendText("{\"setup\":{\"model\":\"" + model + "\"}}", true).join();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(refusal);
        socket.abort();
    }
}
