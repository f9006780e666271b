package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.Part;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How responses end, and what is no response at all, though its status is 200. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class StreamEndWireTest {

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String PAGE = "<!DOCTYPE html><html><body>Please log in</body></html>";

    private final AtomicReference<String> type = new AtomicReference<>(EVENTS);
    private final AtomicReference<String> body = new AtomicReference<>("");
    private final List<String> requests = new ArrayList<>();
    private final SocketServer server = new SocketServer(this::answer);
    private final RecordingListener listener = new RecordingListener();
    private final GeminiPool pool = pool(0);

    private boolean answer(String request, Socket client) throws IOException {
        requests.add(request);
        String answer = Objects.requireNonNull(body.get());
        String named = Objects.requireNonNull(type.get());
        String header = named.isEmpty() ? "" : "Content-Type: " + named + "\r\n";
        int length = answer.getBytes(StandardCharsets.UTF_8).length;
        SocketServer.write(client, "HTTP/1.1 200 OK\r\n" + header + "Content-Length: " + length + "\r\n\r\n" + answer);
        return true;
    }

    private GeminiPool pool(double budget) {
        return GeminiPool.builder()
                .key(PoolInvariants.secretOf("one"))
                .settings(GeminiPoolSettings.DEFAULTS
                        .withRetry(new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0, budget, budget > 0))
                        .withBaseUrl(server.url()))
                .listener(listener)
                .build();
    }

    @AfterEach
    void close() {
        pool.close();
        server.close();
    }

    private static String candidate(String content, @Nullable String reason) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + content + "]}"
                + (reason == null ? "" : ",\"finishReason\":\"" + reason + "\"") + "}]}";
    }

    private static String text(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    private static String event(String json) {
        return "data: " + json + "\r\n\r\n";
    }

    private Failure failure() {
        List<AttemptEnded> attempts = listener.attempts();
        return Objects.requireNonNull(attempts.get(attempts.size() - 1).failure());
    }

    /** Unlike the SDK's method, this takes any finish reason. */
    private static String textOf(GenerateContentResponse response) {
        List<Part> parts = response.parts() == null ? List.of() : response.parts();
        return parts.stream().map(part -> part.text().orElse("")).collect(Collectors.joining());
    }

    private List<String> read(GenerationRequest request) {
        List<String> read = new ArrayList<>();
        try (GenerationStream stream = pool.generateContentStream(request)) {
            stream.forEach(part -> read.add(textOf(part)));
        } catch (RuntimeException e) {
            read.add("failed");
        }
        return read;
    }

    private List<String> read() {
        return read(GenerationRequest.of("Hi").model("m"));
    }

    @Test
    void aStreamWithoutAFinishReasonFailsAtItsEnd() {
        body.set(event(candidate(text("A"), null)) + event(candidate(text("B"), null)));
        assertThat(read()).startsWith("A", "B").endsWith("failed");
        assertThat(failure().kind()).isEqualTo(FailureKind.NETWORK);
        assertThat(failure().reason()).contains("finish reason");
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void aFinishReasonInTheMiddleThatIsContinuedIsNone() {
        GenerationRequest once = GenerationRequest.of("Hi")
                .model("m")
                .config(GenerateContentConfig.builder()
                        .automaticContinuation(false)
                        .build());
        body.set(event(candidate(text("A"), "CONTINUATION")) + event(candidate(text("B"), null)));
        assertThat(read(once)).startsWith("A", "B").endsWith("failed");
        body.set(event(
                candidate(text("A"), "CONTINUATION").replace("\"finish", "\"continuationToken\":\"YWJj\",\"finish")));
        assertThat(read(once)).as("with a token").containsExactly("A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOP", "MAX_TOKENS", "OF_NEXT_YEAR"})
    void anyFinishReasonIsAnEnd(String reason) {
        body.set(event(candidate(text("A"), null))
                + event(candidate(text("B"), reason))
                + event("{\"usageMetadata\":{\"promptTokenCount\":1}}"));
        assertThat(read()).startsWith("A", "B").doesNotContain("failed");
    }

    @Test
    void aBlockedPromptNeedsNoFinishReason() {
        body.set(event("{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}"));
        assertThat(read()).doesNotContain("failed");
    }

    @Test
    void theHistoryOfAChatStaysAsItWas() {
        PooledChat chat = pool.createChat("m");
        body.set(event(candidate(text("A"), "STOP")));
        try (GenerationStream stream = chat.sendStream("first")) {
            stream.forEach(part -> {});
        }
        List<Content> before = chat.comprehensiveHistory();
        assertThat(before).hasSize(2);
        body.set(event(candidate(text("B"), null)));
        assertThatThrownBy(() -> {
                    try (GenerationStream stream = chat.sendStream("second")) {
                        stream.forEach(part -> {});
                    }
                })
                .isInstanceOf(RuntimeException.class);
        assertThat(chat.comprehensiveHistory()).isEqualTo(before);
        assertThat(chat.history()).isEqualTo(before);
    }

    @Test
    void theEndMarkOfOtherApisEndsAStream() {
        body.set(event(candidate(text("A"), "STOP")) + "data: [DONE]\n\n");
        assertThat(read()).containsExactly("A");
        body.set(event(candidate(text("A"), null)) + "data:[DONE]\n\n");
        assertThat(read()).as("is an end by itself").containsExactly("A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:[DONE]",
                "data:   [DONE]  \n\n",
                "data:\t[DONE]\r\n",
                "[DONE]\n\n",
                " [DONE]",
                ": soon\n\ndata: [DONE]\n\ndata: [DONE]\n\n"
            })
    void theEndMarkMayBeSpacedOddly(String mark) {
        body.set(event(candidate(text("A"), null)) + mark);
        assertThat(read()).containsExactly("A");
        assertThat(listener.attempts().get(0).failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream;charset=utf-8", "Text/Event-Stream", "text/plain; charset=utf-8", ""})
    void eventsAreEventsWhateverTheyAreCalled(String called) {
        type.set(called);
        for (String begin : List.of("", "\ufeff", "\r\n", ": a comment\n\n", "event: x\nid: 7\n")) {
            body.set(begin + event(candidate(text("A"), null)) + event(candidate(text("B"), "STOP")));
            assertThat(read()).as(begin).containsExactly("A", "B");
            body.set(begin + event(candidate(text("A"), null)));
            assertThat(read()).as(begin).containsExactly("A", "failed");
        }
    }

    @Test
    void thoughtsAloneAreNoEnd() {
        body.set(event(candidate("{\"text\":\"Hm\",\"thought\":true}", null)));
        assertThat(read()).endsWith("failed");
    }

    @Test
    void theEndMarkIsKeptForThoseWhoKnowIt() throws IOException {
        String all = event("{\"choices\":[]}") + "data: [DONE]\n\n";
        body.set(all);
        Request completion = new Request.Builder()
                .url(server.url() + "/v1beta/openai/chat/completions")
                .post(RequestBody.create("{}", null))
                .build();
        try (Response response = pool.httpClient().newCall(completion).execute()) {
            assertThat(Objects.requireNonNull(response.body()).string()).isEqualTo(all);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "CLIENT_STREAM", "FACADE", "FACADE_ASYNC", "FACADE_STREAM"})
    void aWebPageIsAnError(Form form) {
        for (String claimed : List.of(
                "text/html; charset=utf-8",
                "TEXT/HTML",
                "text/plain",
                "TEXT/Plain",
                "application/xhtml+xml",
                "application/octet-stream",
                "application/json",
                "nonsense",
                "")) {
            type.set(claimed);
            body.set(claimed.isEmpty() ? "\ufeff\r\n " + PAGE : PAGE);
            assertThatThrownBy(() -> form.ask(pool, "m", "Hi"))
                    .as(claimed)
                    .isInstanceOf(RuntimeException.class)
                    .hasStackTraceContaining("web page");
            assertThat(failure().kind()).isEqualTo(FailureKind.SERVER_ERROR);
        }
    }

    @Test
    void aWebPageMayBeDownloaded() throws IOException {
        type.set("text/html");
        body.set(PAGE);
        Request download = new Request.Builder()
                .url(server.url() + "/v1beta/files/page:download?alt=media")
                .build();
        try (Response response = pool.httpClient().newCall(download).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(Objects.requireNonNull(response.body()).string()).isEqualTo(PAGE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\":\"\"} | STOP | NO_PARTS",
                "{\"text\":\"\",\"thoughtSignature\":\"YWJj\"} | STOP | NO_PARTS",
                "{\"text\":\"Hm\",\"thought\":true} | MAX_TOKENS | MAX_TOKENS",
                "{\"thought\":true,\"text\":\"Hm\"},{\"text\":\"\"} | STOP | NO_PARTS",
                "{\"text\":\"Hm\",\"thought\":true},{\"text\":\"A\"} | STOP |",
                "{\"text\":\"A\",\"thought\":false} | STOP |",
                "{\"text\":\"\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"text\":\"\"}}} | STOP |",
                "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"YWJj\"}} | STOP |",
                "{\"text\":\"\"} | CONTINUATION | NO_PARTS"
            })
    void emptyTextsAndThoughtsAloneAreEmpty(String parts, String reason, @Nullable EmptyResponse expected) {
        type.set(JSON);
        body.set(candidate(parts, reason));
        var unused = pool.tryGenerateContent(GenerationRequest.of("Hi")
                .model("m")
                .config(GenerateContentConfig.builder()
                        .automaticContinuation(false)
                        .build()));
        assertThat(listener.attempts().get(0).empty()).isEqualTo(expected);
        try (GeminiPool retrying = pool(1)) {
            requests.clear();
            var unusedToo = retrying.tryGenerateContent(GenerationRequest.of("Hi")
                    .model("m")
                    .config(GenerateContentConfig.builder()
                            .automaticContinuation(false)
                            .build()));
            assertThat(requests).hasSize(expected == EmptyResponse.NO_PARTS ? 2 : 1);
        }
    }

    @Test
    void anEmptyResponseThatIsContinuedIsNotEmpty() {
        type.set(JSON);
        body.set(candidate(text(""), "CONTINUATION").replace("\"finish", "\"continuationToken\":\"YWJj\",\"finish"));
        var unused = pool.tryGenerateContent(GenerationRequest.of("Hi")
                .model("m")
                .config(GenerateContentConfig.builder()
                        .automaticContinuation(false)
                        .build()));
        assertThat(listener.attempts().get(0).empty()).isNull();
    }
}
