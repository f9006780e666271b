package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawRequest;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile and damaged responses. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class HostileWireTest {

    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final RetrySettings ONCE = new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    private GeminiPool pool(String... keys) {
        return invariants.pool(simulator, b -> {
            b.settings(b.settings().withRetry(ONCE)).listener(events);
            List.of(keys).forEach(b::key);
        });
    }

    private static String error(int code, String message) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"status\":\"NO\"}}";
    }

    @Test
    void aLeakIsReportedAndLoggedOnce() {
        simulator.fault(Fault.when().key(KEY).wire("403-key-reported-leaked.json"));
        GeminiPool pool = pool(KEY, OTHER);
        for (int i = 0; i < 4; i++) {
            assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi"))).matches(GenerationResult::isSuccess);
        }
        assertThat(events.events(KeyLeaked.class)).singleElement().satisfies(leak -> {
            assertThat(leak.key()).isEqualTo("Key #1");
            assertThat(leak.failure().kind()).isEqualTo(FailureKind.KEY_REJECTED);
            assertThat(leak.failure().lasting()).isTrue();
        });
        assertThat(invariants.logged())
                .filteredOn(line -> line.contains("find the leak") && line.startsWith("WARN"))
                .hasSize(1);
    }

    @Test
    void otherRejectionsAreNoLeaks() {
        simulator.fault(Fault.when().key(KEY).wire("400-api-key-invalid.json"));
        pool(KEY, OTHER).generateContent("Hi");
        assertThat(events.events(KeyLeaked.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "FACADE", "FACADE_ASYNC"})
    void anErrorWithStatus200IsTheErrorThatItIs(Form form) {
        simulator.fault(Fault.when().key(KEY).body(200, error(429, "Quota exceeded for metric x, limit: 5")));
        GeminiPool pool = pool(KEY, OTHER);
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(KEY, OTHER);
        assertThat(pool.keyStats().keys().get(0).attempts().failures()).containsEntry(FailureKind.RATE_LIMITED, 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "[%s]", " \r\n [\n %s ]"})
    void anErrorWithStatus200ReachesTheCaller(String frame) {
        simulator.fault(Fault.when().body(200, String.format(frame, error(400, "It was " + KEY))));
        ClientException e =
                catchThrowableOfType(ClientException.class, () -> pool(KEY).generateContent("Hi"));
        assertThat(invariants.saw(e).code()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"code\":3,\"message\":\"x\"},\"name\":\"operations/1\",\"done\":true}",
                "{\"error\":null,\"models\":[]}",
                "{\"errors\":[]}",
                "{}",
                "[]",
                ""
            })
    void otherAnswersPassUnchanged(String body) throws IOException {
        simulator.fault(Fault.when().body(200, body));
        GeminiPool pool = pool(KEY);
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models")
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.peekBody(10_000).string()).isEqualTo(body);
            assertThat(response.body().string()).isEqualTo(body);
        }
    }

    @Test
    void secretsInEveryFormStayOutOfTheCallersException() {
        String written = KEY + " " + URLEncoder.encode(KEY, StandardCharsets.UTF_8) + " " + KEY.replace("-", "%2D")
                + " " + KEY.replace("A", "\\u0041") + " " + KEY;
        simulator.fault(Fault.when()
                .body(400, "application/json", error(400, written), Map.of("X-Echo", KEY, "X-Other", "kept")));
        ClientException e =
                catchThrowableOfType(ClientException.class, () -> pool(KEY).generateContent("Hi"));
        assertThat(invariants.saw(e).message()).isEqualTo("*** *** *** *** ***");
    }

    /** A server that sends the given bytes once per connection and then resets it. */
    private static final class Raw implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<byte[]> pieces;

        Raw(byte[]... pieces) throws IOException {
            this.pieces = List.of(pieces);
            Thread thread = new Thread(this::serve, "raw-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    client.setTcpNoDelay(true);
                    var unused = RawRequest.read(client.getInputStream());
                    OutputStream out = client.getOutputStream();
                    for (byte[] piece : pieces) {
                        out.write(piece);
                        out.flush();
                    }
                } catch (IOException e) {
                    // The client or the test has gone.
                }
            }
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Builds a pool without a simulator, which would miss these requests in its log. */
    private GeminiPool over(Raw raw) {
        GeminiPoolBuilder builder = GeminiPool.builder().key(KEY);
        return builder.settings(builder.settings().withRetry(ONCE).withBaseUrl(raw.url()))
                .build();
    }

    private void assertHidden(Throwable e) {
        for (Throwable cause = invariants.saw(e); cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(KEY).doesNotContain(KEY.substring(0, 12));
        }
        assertThat(invariants.logged()).noneMatch(line -> line.contains(KEY));
    }

    @Test
    void aSecretThatComesInTwoReadsIsMasked() throws IOException {
        String body = error(400, "It was " + KEY);
        int cut = body.indexOf(KEY) + 10;
        String head = "HTTP/1.1 400 No " + KEY + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n";
        try (Raw raw = new Raw(ascii(head), ascii(body.substring(0, cut)), ascii(body.substring(cut)));
                GeminiPool pool = over(raw)) {
            assertHidden(catchThrowable(() -> pool.generateContent("Hi")));
        }
    }

    @Test
    void aSecretThatIsCutOffIsMasked() throws IOException {
        String body = "no json, but " + KEY.substring(0, 14);
        String head = "HTTP/1.1 400 No\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n";
        try (Raw raw = new Raw(ascii(head + body));
                GeminiPool pool = over(raw)) {
            Request request =
                    new Request.Builder().url(raw.url() + "/v1beta/models").build();
            try (Response response = pool.httpClient().newCall(request).execute()) {
                assertThat(response.body().string()).contains("\"no json, but ***\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s is no status line\r\n\r\n",
                "HTTP/1.1 %s\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n%s"
            })
    void anExceptionOfOkHttpThatShowsASecretIsMasked(String answer) throws IOException {
        try (Raw raw = new Raw(ascii(String.format(answer, KEY)));
                GeminiPool pool = over(raw)) {
            assertHidden(catchThrowable(() -> pool.generateContent("Hi")));
            assertHidden(catchThrowable(() -> Form.CLIENT_STREAM.ask(pool, "m", "Hi")));
        }
    }

    private static String event(String text) {
        return "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text
                + "\"}],\"role\":\"model\"}}]}\r\n\r\n";
    }

    private static byte[] chunk(String text) {
        return ascii(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /** The stream is cut in its third event: the caller gets the two whole ones, then an exception. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 6, 7, 30, 60, -4, -2})
    void aCutConnectionNeitherLosesNorDuplicatesEvents(int cut) throws IOException {
        String third = event("c");
        String part = third.substring(0, cut < 0 ? third.length() + cut : cut);
        boolean wholeData = cut == -2;
        List<String> seen = new ArrayList<>();
        Throwable e;
        try (Raw raw = new Raw(
                        ascii(EVENTS),
                        chunk(event("a")),
                        part.isEmpty() ? chunk(event("b")) : chunk(event("b") + part));
                GeminiPool pool = over(raw)) {
            e = catchThrowable(() -> pool.client()
                    .models
                    .generateContentStream("m", "Hi", null)
                    .forEach(r -> seen.add(String.valueOf(r.text()))));
            assertThat(pool.stats().active()).isZero();
            assertThat(pool.keyStats().keys().get(0).attempts().failures()).containsEntry(FailureKind.NETWORK, 1L);
        }
        assertThat(seen).isEqualTo(wholeData ? List.of("a", "b", "c") : List.of("a", "b"));
        assertThat(e).isInstanceOf(GenAiIOException.class).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aCutBeforeTheFirstEventIsAnExceptionAtOnce() throws IOException {
        try (Raw raw = new Raw(ascii(EVENTS), chunk(event("a").substring(0, 40)));
                GeminiPool pool = over(raw)) {
            Throwable e = catchThrowable(() -> pool.generateContentStream("Hi"));
            assertThat(e).isInstanceOf(GenAiIOException.class);
        }
    }

    @Test
    void anErrorInTheMiddleLosesNoEventEither() throws IOException {
        List<String> seen = new ArrayList<>();
        try (Raw raw = new Raw(ascii(EVENTS), chunk(event("a")), chunk(event("b") + error(503, "It was " + KEY)));
                GeminiPool pool = over(raw)) {
            Throwable e = catchThrowable(() -> {
                try (GenerationStream stream = pool.generateContentStream("Hi")) {
                    stream.forEach(r -> seen.add(String.valueOf(r.text())));
                }
            });
            assertThat(e)
                    .isInstanceOfSatisfying(
                            ApiException.class, api -> assertThat(api.code()).isEqualTo(503));
            assertHidden(e);
        }
        assertThat(seen).containsExactly("a", "b");
    }
}
