package io.github.geminipool.wire.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import io.github.geminipool.testing.SocketServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams of odd shapes, whose events the pool marks for line 1 of the SDK: their readers get the events, all of them, and
 * nothing else.
 */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class StreamMarkersWireTest {

    private final AtomicReference<String> body = new AtomicReference<>("");
    private volatile boolean zipped;
    private volatile boolean cut;
    private final SocketServer server = new SocketServer(this::answer);
    private final RecordingListener listener = new RecordingListener();
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(server.url()))
            .listener(listener)
            .build();

    private boolean answer(String request, Socket client) throws IOException {
        byte[] bytes = Objects.requireNonNull(body.get()).getBytes(StandardCharsets.UTF_8);
        if (zipped) {
            ByteArrayOutputStream zip = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(zip)) {
                out.write(bytes);
            }
            bytes = zip.toByteArray();
        }
        SocketServer.write(
                client,
                SocketServer.head(
                        "text/event-stream",
                        "Content-Length: " + (bytes.length + (cut ? 7 : 0)),
                        zipped ? "Content-Encoding: gzip" : "X-Plain: yes"));
        client.getOutputStream().write(bytes);
        client.getOutputStream().flush();
        return !cut;
    }

    @AfterEach
    void close() {
        pool.close();
        server.close();
    }

    private static String json(String text, boolean last) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + text + "\"}]}"
                + (last ? ",\"finishReason\":\"STOP\"" : "")
                + "}],\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":" + text.length() + "},"
                + "\"modelVersion\":\"m-1\",\"responseId\":\"id-of-it\"}";
    }

    private static String event(String text, boolean last) {
        return "data: " + json(text, last) + "\r\n\r\n";
    }

    private static String textOf(GenerateContentResponse part) {
        assertThat(part.promptFeedback()).isEmpty();
        return String.valueOf(part.text());
    }

    private List<String> read() {
        List<String> read = new ArrayList<>();
        try (GenerationStream stream =
                pool.generateContentStream(GenerationRequest.of("Hi").model("m"))) {
            stream.forEach(part -> read.add(textOf(part)));
        } catch (RuntimeException e) {
            read.add("failed");
        }
        return read;
    }

    private ResponseFacts facts() {
        return Objects.requireNonNull(listener.attempts().get(0).response());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\ufeff",
                ": keep-alive\n\n",
                "event: x\nid: 7\nretry: 3\n",
                "\r\n\r\n: a\r\n\r\n",
            })
    void whatIsBesideTheEventsMakesNoDifference(String beside) {
        String more = beside.startsWith("\ufeff") ? "" : beside;
        body.set(beside + event("A", false) + more + event("B", false) + more + event("C", true) + more);
        assertThat(read()).containsExactly("A", "B", "C");
        assertThat(facts().id()).isEqualTo("id-of-it");
        assertThat(facts().finishReason()).isEqualTo("STOP");
        assertThat(Objects.requireNonNull(facts().tokens()).input()).isEqualTo(7);
    }

    @Test
    void theEndMarkOfOthersEndsIt() {
        body.set(event("A", false) + "data: [DONE]\n\n");
        assertThat(read()).containsExactly("A");
    }

    @Test
    void bareJsonBecomesEvents() {
        body.set("[" + json("A", false) + ",\n" + json("B", true) + "]");
        assertThat(read()).containsExactly("A", "B");
    }

    @Test
    void aLastEventWithoutItsEndIsOne() {
        body.set(event("A", false) + "data: " + json("B", true));
        assertThat(read()).containsExactly("A", "B");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"code\":500,\"message\":\"x\"}}\n\n",
                "{\"error\":{\"code\":500}}",
                "data: {\"cand"
            })
    void anErrorComesAfterTheEventsBeforeIt(String error) {
        cut = error.endsWith("cand");
        body.set(event("A", false) + event("B", false) + error);
        assertThat(read()).containsExactly("A", "B", "failed");
    }

    @Test
    void compressedStreamsAreTheSame() {
        zipped = true;
        body.set(event("A", false) + event("B", true));
        assertThat(read()).containsExactly("A", "B");
    }

    @Test
    void theHistoryOfAChatHasTheEventsOnly() {
        body.set(event("A", false) + event("B", true));
        PooledChat chat = pool.createChat("m");
        try (GenerationStream stream = chat.sendStream("Hi")) {
            stream.forEach(StreamMarkersWireTest::textOf);
        }
        assertThat(chat.comprehensiveHistory()).hasSize(3);
        assertThat(chat.comprehensiveHistory().toString()).contains("A", "B").doesNotContain("gemini-pool");
    }

    @Test
    void thePlainClientIsToldOfNoMarker() {
        body.set(event("A", false) + event("B", true));
        List<String> read = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                pool.client().models.generateContentStream("m", "Hi", null)) {
            stream.forEach(part -> read.add(textOf(part)));
        }
        assertThat(read).containsExactly("A", "B");
    }
}
