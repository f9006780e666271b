package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {

    private static final String SECRET = "AIza-the-secret";
    private static final String EVENT =
            "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"A\"}]}}]}\r\n\r\n";
    private static final String ERROR = "{\"error\":{\"code\":500,\"message\":\"Error\",\"status\":\"INTERNAL\"}}";
    private static final String FRAMED = "data: " + ERROR + "\n\n";
    private static final String PRETTY = """
            {
              "error": {
                "code": 500,
                "message": "Error",
                "status": "INTERNAL"
              }
            }
            """;

    private final List<String> reported = new ArrayList<>();

    /** A source that gives its pieces one by one, and then ends or must not be asked. */
    private static final class Pieces implements Source {

        private final List<ByteString> pieces;
        private final boolean blocksAtEnd;
        private int next;
        private boolean closed;

        Pieces(List<ByteString> pieces, boolean blocksAtEnd) {
            this.pieces = pieces;
            this.blocksAtEnd = blocksAtEnd;
        }

        @Override
        public long read(Buffer sink, long byteCount) {
            if (next == pieces.size()) {
                if (blocksAtEnd) {
                    throw new AssertionError("read on, where the network would have blocked");
                }
                return -1;
            }
            ByteString piece = pieces.get(next++);
            assertThat(byteCount).isGreaterThanOrEqualTo(piece.size());
            sink.write(piece);
            return piece.size();
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static List<ByteString> chunks(ByteString bytes, int size) {
        List<ByteString> chunks = new ArrayList<>();
        for (int at = 0; at < bytes.size(); at += size) {
            chunks.add(bytes.substring(at, Math.min(at + size, bytes.size())));
        }
        return chunks;
    }

    /** The bytes in one piece, in two at every place, byte by byte, and in pieces of random sizes. */
    private static Stream<List<ByteString>> cuts(String text) {
        ByteString bytes = ByteString.encodeUtf8(text);
        List<List<ByteString>> cuts = new ArrayList<>();
        cuts.add(chunks(bytes, 8_192));
        cuts.add(chunks(bytes, 1));
        int step = Math.max(1, bytes.size() / 500);
        for (int at = 1; at < Math.min(bytes.size(), 8_192); at += step) {
            List<ByteString> two = new ArrayList<>();
            two.add(bytes.substring(0, at));
            two.addAll(chunks(bytes.substring(at), 8_192));
            cuts.add(two);
        }
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<ByteString> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.size(); ) {
                int end = Math.min(bytes.size(), at + 1 + random.nextInt(40));
                pieces.add(bytes.substring(at, end));
                at = end;
            }
            cuts.add(pieces);
        }
        return cuts.stream();
    }

    private EventStream stream(Source source) {
        return new EventStream(source, new Masking(List.of(Secret.of(SECRET))), reported::add);
    }

    private static String readAll(EventStream stream) {
        Buffer read = new Buffer();
        try {
            while (stream.read(read, 8_192) >= 0) {
                assertThat(read.size()).isLessThan(1_000_000);
            }
            assertThat(stream.read(read, 8_192)).as("after the end").isEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read.readUtf8();
    }

    private static @Nullable String firstErrorOf(EventStream stream) {
        try {
            return stream.firstError();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes out is the same however the bytes come in, and whether or not the first event was waited for. */
    private void assertPasses(String in, String out, String... errors) {
        cuts(in).forEach(pieces -> {
            for (boolean peek : new boolean[] {false, true}) {
                reported.clear();
                EventStream stream = stream(new Pieces(pieces, false));
                if (peek) {
                    firstErrorOf(stream);
                }
                assertThat(readAll(stream)).isEqualTo(out);
                assertThat(reported).containsExactly(errors);
            }
        });
    }

    private static String file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(EventStreamTest.class.getResourceAsStream("/wire/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Nested
    class Events {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    EVENT,
                    EVENT + EVENT + EVENT,
                    "data: {\"a\":1}\n\ndata: {\"b\":2}\n\n",
                    "data:{\"a\":1}\n\n",
                    "data: \n\n",
                    "data:\n\ndata:",
                    "data: {\"a\":1}",
                    "data: {\"a\":1}\n",
                    "data: {\"cut",
                    "data: first line\ndata: {second line}\n\n",
                    "data: {\"a\": \"{\\\"error\\\": 1}\"}\n\n",
                    "data: {\"errors\": []}\n\ndata: {\"a\":{\"error\":1}}\n\n",
                    "data: [DONE]\n\n",
                    ": a comment\n\nevent: message\nid: 7\nretry: 1000\ndata: {\"a\":1}\n\n",
                    "\n\n\r\n\ndata: {\"a\":1}\n\n",
                    "data: {\"text\":\"Grüße, 日本語 😀\"}\n\n",
                    "",
                    "\r\n"
                })
        void passByteForByte(String text) {
            assertPasses(text, text);
        }

        @Test
        void ofAnySizePass() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                text.append("data: {\"text\":\"").append("x".repeat(i * 700)).append("\"}\r\n\r\n");
            }

            for (int size : new int[] {8_192, 4_096, 1_000}) {
                EventStream stream = stream(new Pieces(chunks(ByteString.encodeUtf8(text.toString()), size), false));
                assertThat(readAll(stream)).isEqualTo(text.toString());
            }
            assertThat(reported).isEmpty();
        }

        @Test
        void fromTheWirePass() throws IOException {
            assertPasses(file("sse-normal.txt"), file("sse-normal.txt"));
        }

        @Test
        void areHandedOnBeforeTheNextHasCome() throws IOException {
            for (int size : new int[] {8_192, 7, 1}) {
                Pieces source = new Pieces(chunks(ByteString.encodeUtf8(EVENT), size), true);
                EventStream stream = stream(source);
                assertThat(stream.firstError()).isNull();

                Buffer read = new Buffer();
                while (read.size() < EVENT.length()) {
                    assertThat(stream.read(read, 8_192)).isPositive();
                }

                assertThat(read.readUtf8()).isEqualTo(EVENT);
            }
        }

        @Test
        void areAnswersAsSoonAsTheyAreNoErrors() throws IOException {
            EventStream stream = stream(new Pieces(List.of(ByteString.encodeUtf8("data: {\"c")), true));

            assertThat(stream.firstError()).isNull();

            Buffer read = new Buffer();
            assertThat(stream.read(read, 8_192)).isEqualTo(9);
        }

        @Test
        void areReadInTheSizesThatAreAskedFor() throws IOException {
            EventStream stream = stream(new Pieces(chunks(ByteString.encodeUtf8(EVENT), 8_192), false));

            Buffer read = new Buffer();
            while (stream.read(read, 3) >= 0) {
                assertThat(read.size()).isLessThanOrEqualTo(EVENT.length());
            }

            assertThat(read.readUtf8()).isEqualTo(EVENT);
        }

        @Test
        void areWaitedForWithinReason() throws IOException {
            List<ByteString> comments = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                comments.add(ByteString.encodeUtf8(": nothing yet " + "x".repeat(1_000) + "\n"));
            }
            Pieces source = new Pieces(comments, true);
            assertThat(stream(source).firstError()).isNull();
            assertThat(source.next).isLessThan(100);
        }

        @Test
        void endWithTheirSource() throws IOException {
            Pieces source = new Pieces(List.of(), false);
            EventStream stream = stream(source);

            assertThat(stream.firstError()).isNull();
            stream.close();

            assertThat(source.closed).isTrue();
        }
    }

    @Nested
    class BareErrors {

        @Test
        void atTheBeginningBecomeOneEvent() {
            assertPasses(ERROR, FRAMED, ERROR);
            assertPasses(ERROR + "\n", FRAMED, ERROR);
            assertPasses(PRETTY, FRAMED, ERROR);
            assertPasses(PRETTY.replace("\n", "\r\n"), FRAMED, ERROR);
            assertPasses("[" + PRETTY + "]\n", FRAMED, ERROR);
            assertPasses("[\n" + ERROR + "\n]", FRAMED, ERROR);
            assertPasses("  " + ERROR, FRAMED, ERROR);
            assertPasses("\r\n" + PRETTY, "\r\n" + FRAMED, ERROR);
        }

        @Test
        void inTheMiddleBecomeOneEvent() {
            assertPasses(EVENT + ERROR, EVENT + FRAMED, ERROR);
            assertPasses(EVENT + EVENT + PRETTY, EVENT + EVENT + FRAMED, ERROR);
            assertPasses(EVENT + "[" + PRETTY + "]", EVENT + FRAMED, ERROR);
            assertPasses(EVENT + "\n" + PRETTY.replace("\n", "\r\n"), EVENT + "\n" + FRAMED, ERROR);
        }

        @Test
        void areHandedOnAtOnceWhateverBecomesOfTheConnection() {
            for (String error : List.of(ERROR, PRETTY, "[" + PRETTY + "]")) {
                cuts(EVENT + error).forEach(pieces -> {
                    reported.clear();
                    assertThat(readAll(stream(new Pieces(pieces, true)))).isEqualTo(EVENT + FRAMED);
                    assertThat(reported).containsExactly(ERROR);
                });
            }
        }

        @Test
        void areToldBeforeAnythingIsHandedOn() {
            cuts(PRETTY)
                    .forEach(pieces -> assertThat(firstErrorOf(stream(new Pieces(pieces, false))))
                            .isEqualTo(ERROR));
            cuts(EVENT + PRETTY)
                    .forEach(pieces -> assertThat(firstErrorOf(stream(new Pieces(pieces, false))))
                            .isNull());
        }

        @Test
        void afterBareEventsBecomeEventsInTheirOrder() throws IOException {
            assertPasses(
                    file("sse-midstream-error.bare-json.txt"),
                    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"test\"}],\"role\":\"model\"}}]}\n\n"
                            + FRAMED,
                    ERROR);
        }

        @Test
        void areMasked() {
            String error = ERROR.replace("\"Error\"", "\"Consumer 'api_key:" + SECRET + "' has been suspended\"");
            String masked = error.replace(SECRET, "***");

            assertPasses(error, "data: " + masked + "\n\n", masked);
            assertPasses(EVENT + error, EVENT + "data: " + masked + "\n\n", masked);
        }
    }

    @Nested
    class FramedErrors {

        @Test
        void areReportedAndStayEvents() {
            for (String frame : List.of(
                    "data: " + ERROR + "\n", "data:" + ERROR + "\n", "data:   " + ERROR + "\r\n", "data: " + ERROR)) {
                assertPasses(frame, FRAMED, ERROR);
                assertPasses(EVENT + frame, EVENT + FRAMED, ERROR);
            }
            assertPasses(
                    "data: { \"error\": {\"code\": 1}}\n",
                    "data: { \"error\": {\"code\": 1}}\n\n",
                    "{ \"error\": {\"code\": 1}}");
        }

        @Test
        void areToldBeforeAnythingIsHandedOn() {
            cuts(FRAMED)
                    .forEach(pieces -> assertThat(firstErrorOf(stream(new Pieces(pieces, true))))
                            .isEqualTo(ERROR));
        }

        @Test
        void areMasked() {
            String error = ERROR.replace("\"Error\"", "\"api_key:" + SECRET + "\"");
            String masked = error.replace(SECRET, "***");

            assertPasses("data: " + error + "\n", "data: " + masked + "\n\n", masked);
        }

        @Test
        void ofTheInteractionsApiAreKnown() throws IOException {
            String event = file("interactions-sse-error-event.txt").strip();
            String json = event.substring("data: ".length());
            assertPasses(event + "\n\n", "data: " + json + "\n\n", json);
            String typed = json.replace("event_type", "type");
            assertPasses("event: error\ndata: " + typed + "\n\n", "event: error\ndata: " + typed + "\n\n", typed);
            String other = "data: {\"event_type\": \"errors\", \"x\": {\"error\": 1}}\n\n";
            assertPasses(other, other);
        }

        @Test
        void areTheLastEvent() {
            // The SDK reads one event ahead, and would lose the error to whatever came next.
            assertPasses(FRAMED + EVENT, FRAMED, ERROR);
        }
    }

    @Nested
    class Garbage {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{",
                    "[",
                    "{\"candidates\": [{\"content\"",
                    "{garbage",
                    "dat",
                    "null",
                    "[1, 2]",
                    "[DONE]",
                    "{\"error\": {\"code\": 500",
                    "<html><body>Sorry...</body></html>\n",
                    "Sorry...\nWe're sorry but your computer or network may be sending automated queries.",
                    "\"text\"junk",
                    "upstream connect error or disconnect/reset before headers\n",
                    "error code: 524",
                    "internal error",
                    "\u0000\u0001\u0002"
                })
        void isNeverASilentEnd(String garbage) {
            for (String before : List.of("", EVENT)) {
                cuts(before + garbage).forEach(pieces -> {
                    reported.clear();
                    String out = readAll(stream(new Pieces(pieces, false)));

                    assertThat(out).startsWith(before);
                    assertThat(out.substring(before.length()))
                            .isEqualTo("data: " + (reported.isEmpty() ? "nothing" : reported.get(0)) + "\n\n");
                    assertThat(reported).hasSize(1);
                    assertThat(codeOf(reported.get(0))).isEqualTo(500);
                });
            }
        }

        @Test
        void afterAnEventOfBareJsonIsReportedToo() {
            cuts("{\"a\":1}\n{garbage").forEach(pieces -> {
                reported.clear();
                assertThat(readAll(stream(new Pieces(pieces, false))))
                        .startsWith("data: {\"a\":1}\n\ndata: {\"error\":");
                assertThat(reported).hasSize(1);
            });
        }

        @Test
        void ofAnySizeIsCut() {
            String error = "{\"error\":{\"code\":503,\"message\":\"" + "x".repeat(200_000) + "\"}}";
            for (String text : List.of(error, EVENT + error, "[" + error, "{".repeat(100_000))) {
                reported.clear();
                String out = readAll(stream(new Pieces(chunks(ByteString.encodeUtf8(text), 8_192), false)));
                assertThat(out).hasSizeLessThan(2_000);
                assertThat(reported).hasSize(1);
                assertThat(codeOf(reported.get(0))).isEqualTo(500);
            }
        }

        @Test
        void atRandomNeverThrowsAndNeverHangs() {
            List<String> parts =
                    List.of(EVENT, ERROR, PRETTY, FRAMED, "data:", "{", "}", "[", "]", "\n", "\r\n", "\"", ":", " ");
            for (int seed = 0; seed < 5_000; seed++) {
                Random random = new Random(seed);
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < random.nextInt(12); i++) {
                    String part = parts.get(random.nextInt(parts.size()));
                    text.append(random.nextBoolean() ? part : part.substring(random.nextInt(part.length())));
                }
                EventStream stream = stream(
                        new Pieces(chunks(ByteString.encodeUtf8(text.toString()), 1 + random.nextInt(50)), false));
                try {
                    readAll(stream);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + seed, e);
                }
            }
        }

        private static int codeOf(String json) {
            try {
                JsonNode error = JsonMapper.builder().build().readTree(json);
                return error.path("error").path("code").asInt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
